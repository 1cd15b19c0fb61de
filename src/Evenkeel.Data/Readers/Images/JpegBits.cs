namespace Evenkeel.Data.Readers.Images;

/// <summary>The bits of a scan, without stuffed zeros; behind a marker or the end of the file zeros are made up, and whoever takes one has read too far.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> file, int start)
{
    private const int Capacity = 32;

    private readonly ReadOnlySpan<byte> _file = file;
    private uint _bits;
    private int _count;
    private int _invented;

    /// <summary>Where the next byte is.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Whether bits were taken that the file does not have.</summary>
    public readonly bool IsBeyondEnd => _count < _invented;

    /// <summary>The next bits, without taking them.</summary>
    /// <param name="count">1 to 16.</param>
    public int Peek(int count)
    {
        while (_count <= Capacity - 8)
        {
            uint next = 0;
            if (Position < _file.Length && (_file[Position] != 0xFF || (Position + 1 < _file.Length && _file[Position + 1] == 0)))
            {
                next = _file[Position];
                Position += next == 0xFF ? 2 : 1;
            }
            else
            {
                _invented += 8;
            }

            _bits |= next << (Capacity - 8 - _count);
            _count += 8;
        }

        return (int)(_bits >> (Capacity - count));
    }

    /// <summary>Takes bits that were looked at.</summary>
    /// <param name="count">0 to 16.</param>
    public void Skip(int count)
    {
        _bits <<= count;
        _count -= count;
    }

    /// <summary>Takes an unsigned number.</summary>
    /// <param name="count">0 to 16.</param>
    public int Take(int count)
    {
        if (count == 0) return 0;
        var value = Peek(count);
        Skip(count);
        return value;
    }

    /// <summary>Takes a signed number: what begins with a zero bit is negative (ITU-T T.81, F.2.2.1).</summary>
    /// <param name="count">0 to 16.</param>
    public int TakeSigned(int count)
    {
        if (count == 0) return 0;
        var value = Take(count);
        return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
    }

    /// <summary>Goes behind the restart marker that must stand here.</summary>
    /// <returns>False where there is none.</returns>
    public bool Restart()
    {
        (_bits, _count, _invented) = (0, 0, 0);
        while (Position + 1 < _file.Length && _file[Position] == 0xFF && _file[Position + 1] == 0xFF) Position++;
        if (Position + 1 >= _file.Length || _file[Position] != 0xFF || _file[Position + 1] is < 0xD0 or > 0xD7) return false;
        Position += 2;
        return true;
    }
}
