using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Lab.Runs;

/// <summary>Tells datasets apart that share a name: sizes, and the content of samples spread over both parts.</summary>
internal static class DataFingerprint
{
    private const int SamplesPerPart = 64;

    public static string Of(DatasetParts parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (ReadOnlySpan<Dataset>)[parts.Training, parts.Test])
        {
            var features = new float[part.Shape.Length];
            var count = Math.Min(SamplesPerPart, part.Count);
            for (var i = 0; i < count; i++)
            {
                var index = (int)((long)i * part.Count / count);
                part.Read(index, features);
                hash.AppendData(MemoryMarshal.AsBytes(features.AsSpan()));
                if (part.Target.Kind == TargetKind.ClassIndex) hash.AppendData([(byte)part.ReadLabel(index)]);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{parts.Name} {parts.Training.Count}+{parts.Test.Count} {Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}");
    }
}
