namespace Evenkeel.Reference;

/// <summary>Checks of array lengths: a wrong length in a test is a wrong test.</summary>
internal static class Shape
{
    /// <summary>Refuses an array that does not hold <paramref name="length"/> values.</summary>
    public static void Require(Array values, int length, string name)
    {
        if (values.Length != length)
            throw new ArgumentException($"{name} holds {values.Length} values, expected {length}.", name);
    }

    /// <summary>The rows of a flat channels-last array.</summary>
    public static int Rows(double[] x, int channels, string name)
    {
        if (channels <= 0 || x.Length % channels != 0)
            throw new ArgumentException($"{name} holds {x.Length} values, which is no whole number of rows of {channels} channels.", name);
        return x.Length / channels;
    }
}
