using System.Text;

namespace Evenkeel.Data.Tables;

/// <summary>Reads the records of a text of comma-separated values, one after the other (RFC 4180).</summary>
/// <remarks>
/// Lines end with CR LF, LF or CR. A cell that begins with a quote may hold separators, line ends and doubled quotes; any other is taken as it stands, without the blanks around it. Lines with nothing in them are passed over.
/// A cell has at most <see cref="LongestCell"/> characters and a record at most <see cref="MostCells"/> cells, so a damaged text cannot fill the memory.
/// </remarks>
internal sealed class CsvReader(TextReader text, string path, char? separator)
{
    public const int LongestCell = 1 << 20;
    public const int MostCells = 1 << 14;

    private const int End = -1;
    private const char Quote = '"';
    private static readonly char[] Separators = [',', ';', '\t', '|'];

    private readonly char[] _buffer = new char[1 << 15];
    private readonly StringBuilder _cell = new();
    private readonly string?[] _recent = new string?[1 << 10];
    private char _separator = separator ?? '\0';
    private int _at;
    private int _length;
    private int _line = 1;

    /// <summary>The line where the newest record began, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>What separates cells; known once a record was read.</summary>
    public char Separator => _separator;

    /// <summary>Reads one record.</summary>
    /// <param name="cells">Receives its cells.</param>
    /// <returns>False behind the last record.</returns>
    public bool Read(List<string> cells)
    {
        while (true)
        {
            cells.Clear();
            var first = Peek();
            if (first == End) return false;
            if (_separator == '\0') _separator = Guess();
            Line = _line;
            do
            {
                if (cells.Count == MostCells) throw TableErrors.TooLarge(path, Line, TableErrors.Text($"more than {MostCells} cells"), TableErrors.Text($"{MostCells}"));
                cells.Add(ReadCell());
            }
            while (Skips(_separator));
            EndLine();
            if (cells.Count > 1 || cells[0].Length > 0 || first == Quote) return true;
        }
    }

    private string ReadCell()
    {
        _cell.Clear();
        var isQuoted = Skips(Quote);
        if (isQuoted) Quoted();
        else while (Peek() is var c && c != End && c != _separator && c is not ('\n' or '\r')) Append((char)c);
        return Pooled(isQuoted);
    }

    private void Quoted()
    {
        var begin = _line;
        while (true)
        {
            var c = Peek();
            if (c == End) throw TableErrors.Quotes(path, begin, "a quote is opened and never closed");
            if (c == Quote)
            {
                _at++;
                if (Peek() != Quote) break;
            }
            else if (c == '\n')
            {
                _line++;
            }

            Append((char)c);
        }

        if (Peek() is var next && next != End && next != _separator && next is not ('\n' or '\r')) throw TableErrors.Quotes(path, _line, "text follows a closing quote");
    }

    private void Append(char c)
    {
        if (c == '\0') throw TableErrors.NotText(path, _line, "has a zero byte");
        if (_cell.Length == LongestCell) throw TableErrors.TooLarge(path, Line, TableErrors.Text($"a cell of more than {LongestCell} characters"), TableErrors.Text($"{LongestCell} characters"));
        _cell.Append(c);
        _at++;
    }

    private void EndLine()
    {
        var returned = Skips('\r');
        if (Skips('\n') || returned) _line++;
    }

    private bool Skips(char c)
    {
        if (Peek() != c) return false;
        _at++;
        return true;
    }

    private int Peek()
    {
        if (_at < _length) return _buffer[_at];
        try
        {
            _length = text.Read(_buffer, 0, _buffer.Length);
        }
        catch (DecoderFallbackException error)
        {
            throw TableErrors.NotText(path, _line, "has bytes that are no UTF-8, there or soon after", error);
        }

        _at = 0;
        return _length == 0 ? End : _buffer[0];
    }

    /// <summary>What separates the cells of the first line: whichever sign stands there most often outside quotes, a comma where none does.</summary>
    private char Guess()
    {
        var counts = new int[Separators.Length];
        var isQuoted = false;
        foreach (var c in _buffer.AsSpan(_at, _length - _at))
        {
            if (c == Quote) isQuoted = !isQuoted;
            if (isQuoted) continue;
            if (c is '\n' or '\r') break;
            if (Array.IndexOf(Separators, c) is >= 0 and var which) counts[which]++;
        }

        return Separators[Array.IndexOf(counts, counts.Max())];
    }

    /// <summary>The cell as a string; the same short text is mostly the same string, for tables repeat themselves.</summary>
    private string Pooled(bool isQuoted)
    {
        const int LongestPooled = 24;
        var cell = _cell.ToString();
        if (!isQuoted) cell = cell.Trim();
        if (cell.Length > LongestPooled) return cell;
        ref var slot = ref _recent[(uint)cell.GetHashCode() % (uint)_recent.Length];
        return slot == cell ? slot : slot = cell;
    }
}
