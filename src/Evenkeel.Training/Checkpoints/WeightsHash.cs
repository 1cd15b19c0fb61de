using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Checkpoints;

/// <summary>A fingerprint of a model's values: equal for equal bits and for nothing else.</summary>
public static class WeightsHash
{
    /// <summary>SHA-256 over name, shape and little-endian bytes of every parameter and state, as 64 lower-case hexadecimal digits.</summary>
    /// <param name="model">No plan of it may be running.</param>
    public static string Of(Model model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "parameters", model.Parameters, 4);
        Append(hash, "states", model.States, 8);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append<T>(IncrementalHash hash, string kind, TensorStore<T> store, int size)
        where T : unmanaged
    {
        Append(hash, kind);
        foreach (var tensor in store.OrderBy(static tensor => tensor.Name, StringComparer.Ordinal))
        {
            Append(hash, tensor.Name);
            Append(hash, tensor.Shape.ToString());
            var bytes = MemoryMarshal.AsBytes(tensor.Span);
            if (BitConverter.IsLittleEndian)
            {
                hash.AppendData(bytes);
                continue;
            }

            var swapped = bytes.ToArray();
            for (var i = 0; i < swapped.Length; i += size) swapped.AsSpan(i, size).Reverse();
            hash.AppendData(swapped);
        }
    }

    private static void Append(IncrementalHash hash, string text)
    {
        // The length goes first, so that no two lists of texts give the same bytes.
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
