namespace Evenkeel.Records.Safetensors;

/// <summary>The element types of the safetensors format whose elements fill whole bytes.</summary>
public enum SafetensorsDataType
{
    /// <summary>One byte, 0 or 1 (<c>BOOL</c>).</summary>
    Boolean,

    /// <summary>Unsigned byte (<c>U8</c>).</summary>
    UInt8,

    /// <summary>Signed byte (<c>I8</c>).</summary>
    Int8,

    /// <summary>Eight-bit float with 5 exponent bits (<c>F8_E5M2</c>).</summary>
    Float8E5M2,

    /// <summary>Eight-bit float with 4 exponent bits (<c>F8_E4M3</c>).</summary>
    Float8E4M3,

    /// <summary>Signed 16-bit integer (<c>I16</c>).</summary>
    Int16,

    /// <summary>Unsigned 16-bit integer (<c>U16</c>).</summary>
    UInt16,

    /// <summary>IEEE half precision (<c>F16</c>).</summary>
    Float16,

    /// <summary>Truncated single precision (<c>BF16</c>).</summary>
    BFloat16,

    /// <summary>Signed 32-bit integer (<c>I32</c>).</summary>
    Int32,

    /// <summary>Unsigned 32-bit integer (<c>U32</c>).</summary>
    UInt32,

    /// <summary>Single precision (<c>F32</c>).</summary>
    Float32,

    /// <summary>Two single precision numbers, real and imaginary part (<c>C64</c>).</summary>
    Complex64,

    /// <summary>Double precision (<c>F64</c>).</summary>
    Float64,

    /// <summary>Signed 64-bit integer (<c>I64</c>).</summary>
    Int64,

    /// <summary>Unsigned 64-bit integer (<c>U64</c>).</summary>
    UInt64,
}

/// <summary>Names and sizes of the element types.</summary>
public static class SafetensorsDataTypes
{
    private static readonly (SafetensorsDataType Type, string Name, int Size)[] Table =
    [
        (SafetensorsDataType.Boolean, "BOOL", 1),
        (SafetensorsDataType.UInt8, "U8", 1),
        (SafetensorsDataType.Int8, "I8", 1),
        (SafetensorsDataType.Float8E5M2, "F8_E5M2", 1),
        (SafetensorsDataType.Float8E4M3, "F8_E4M3", 1),
        (SafetensorsDataType.Int16, "I16", 2),
        (SafetensorsDataType.UInt16, "U16", 2),
        (SafetensorsDataType.Float16, "F16", 2),
        (SafetensorsDataType.BFloat16, "BF16", 2),
        (SafetensorsDataType.Int32, "I32", 4),
        (SafetensorsDataType.UInt32, "U32", 4),
        (SafetensorsDataType.Float32, "F32", 4),
        (SafetensorsDataType.Complex64, "C64", 8),
        (SafetensorsDataType.Float64, "F64", 8),
        (SafetensorsDataType.Int64, "I64", 8),
        (SafetensorsDataType.UInt64, "U64", 8),
    ];

    /// <summary>The names that the format uses, <c>F32</c> for instance.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(Table, row => row.Name);

    /// <summary>The name that the format uses.</summary>
    /// <param name="type">The element type.</param>
    public static string FormatName(this SafetensorsDataType type) => Table[(int)type].Name;

    /// <summary>The size of one element in bytes.</summary>
    /// <param name="type">The element type.</param>
    public static int ElementSize(this SafetensorsDataType type) => Table[(int)type].Size;

    /// <summary>Finds the type of a format name; case matters.</summary>
    /// <param name="name">The name, <c>F32</c> for instance.</param>
    /// <param name="type">The type found.</param>
    public static bool TryParse(string name, out SafetensorsDataType type)
    {
        foreach (var row in Table)
        {
            if (row.Name != name) continue;
            type = row.Type;
            return true;
        }

        type = default;
        return false;
    }

    /// <summary>The element type that stores a C# type without conversion.</summary>
    internal static SafetensorsDataType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? SafetensorsDataType.Float32
        : typeof(T) == typeof(double) ? SafetensorsDataType.Float64
        : typeof(T) == typeof(int) ? SafetensorsDataType.Int32
        : typeof(T) == typeof(uint) ? SafetensorsDataType.UInt32
        : typeof(T) == typeof(long) ? SafetensorsDataType.Int64
        : typeof(T) == typeof(ulong) ? SafetensorsDataType.UInt64
        : typeof(T) == typeof(byte) ? SafetensorsDataType.UInt8
        : typeof(T) == typeof(sbyte) ? SafetensorsDataType.Int8
        : typeof(T) == typeof(short) ? SafetensorsDataType.Int16
        : typeof(T) == typeof(ushort) ? SafetensorsDataType.UInt16
        : typeof(T) == typeof(Half) ? SafetensorsDataType.Float16
        : throw new ArgumentException($"safetensors has no element type for {typeof(T).Name}; use float, double, Half or an integer type, or raw bytes.");
}
