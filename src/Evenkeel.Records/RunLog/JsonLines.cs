namespace Evenkeel.Records.RunLog;

/// <summary>Walks through the lines of a file with a bound on their length, knowing where each begins and whether it is whole.</summary>
internal sealed class JsonLines(Stream stream, string path)
{
    private const int LongestLine = 64 * 1024 * 1024;

    private byte[] buffer = new byte[64 * 1024];
    private int begin;
    private int end;
    private bool atEnd;

    /// <summary>The number of the current line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Where the current line begins in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the line behind the current one begins.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Whether the current line ends with a line feed.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The current line without its line feed; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    public bool MoveNext()
    {
        var searched = begin;
        while (true)
        {
            var found = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (found >= 0) return Take(searched + found - begin, 1);
            searched = end;
            if (atEnd) return end > begin && Take(end - begin, 0);
            if (end - begin >= LongestLine)
                throw RecordsErrors.LogLine(path, Number + 1, RecordsErrors.Invariant($"it is longer than {LongestLine} bytes"));
            searched -= MakeRoom();
            int read;
            try
            {
                read = stream.Read(buffer.AsSpan(end));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw RecordsErrors.CannotRead(path, error);
            }

            atEnd = read == 0;
            end += read;
        }
    }

    private bool Take(int length, int lineFeed)
    {
        Current = buffer.AsMemory(begin, length);
        begin += length + lineFeed;
        Offset = NextOffset;
        NextOffset += length + lineFeed;
        IsWhole = lineFeed == 1;
        Number++;
        return true;
    }

    /// <summary>Moves the unfinished line to the front or doubles the buffer; returns by how much the line moved.</summary>
    private int MakeRoom()
    {
        if (end < buffer.Length) return 0;
        var moved = begin;
        var target = begin > buffer.Length / 2 ? buffer : new byte[buffer.Length * 2];
        buffer.AsSpan(begin, end - begin).CopyTo(target);
        buffer = target;
        end -= begin;
        begin = 0;
        return moved;
    }
}
