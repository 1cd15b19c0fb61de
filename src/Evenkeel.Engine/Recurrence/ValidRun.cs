using Evenkeel.Numerics.Kernels;

namespace Evenkeel.Engine.Recurrence;

/// <summary>Rows of sequences that follow one another without padding between them.</summary>
internal readonly unsafe struct ValidRun
{
    private readonly float* _mask;
    private readonly int _all;
    private readonly int _first;

    private ValidRun(float* mask, int all, int from)
    {
        _mask = mask;
        _all = all;
        while (from < all && mask[from] == 0) from++;
        _first = from;
        while (from < all && mask[from] != 0) from++;
        Rows = from - _first;
    }

    /// <summary>How many rows; 0 behind the last run.</summary>
    public int Rows { get; }

    /// <summary>The first run of a mask.</summary>
    public static ValidRun First(float* mask, int rows) => new(mask, rows, 0);

    /// <summary>The run behind this one.</summary>
    public ValidRun Next() => new(_mask, _all, _first + Rows);

    /// <summary>Some columns of it.</summary>
    public Window Window(int first, int columns) => new(_first, _first + Rows, first, first + columns);
}
