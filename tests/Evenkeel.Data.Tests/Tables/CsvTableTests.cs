using System.Text;
using Evenkeel.Data.Tables;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Tables;

public sealed class CsvTableTests : IDisposable
{
    /// <summary>What refusing a small hostile text may allocate: buffers and messages.</summary>
    private const long SmallAllocation = 1 << 21;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Behind_semicolons_a_column_of_numbers_may_have_commas_for_the_decimals()
    {
        var table = CsvTable.Parse(new StringReader("a;b;c;d\n1,5;x,y;1,5;7\n-2;1,5;2.5;8\nNA;3,0;3;9\n1,25e3;4;4;10\n"), "text");
        Assert.Equal(["1.5", "-2", "NA", "1.25e3"], Column(0));
        Assert.Equal(["x,y", "1,5", "3,0", "4"], Column(1));
        Assert.Equal(["1,5", "2.5", "3", "4"], Column(2));
        Assert.Equal(["7", "8", "9", "10"], Column(3));
        Assert.Equal("1,000,5", CsvTable.Parse(new StringReader("a;b\n1,000,5;2\n"), "text")[0, 0]);

        // Where a comma may separate cells it is no decimal one.
        Assert.Equal("1,5", CsvTable.Parse(new StringReader("a\tb\n1,5\t2\n"), "text")[0, 0]);

        string[] Column(int column) => [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column])];
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "a|b/1|2")]
    [InlineData("a,b\r\n1,2\r\n3,4", "a|b/1|2/3|4")]
    [InlineData("a,b\r1,2\r\r3,4", "a|b/1|2/3|4")]
    [InlineData("\uFEFFa,b\n\n\n1,2\n\n", "a|b/1|2")]
    [InlineData("a;b\nx,5;2\n", "a|b/x,5|2")]
    [InlineData("a\tb\n1\t2\n", "a|b/1|2")]
    [InlineData("\"a,b\",c\n\"x\"\"y\",\"2\r\n3\"\n", "a,b|c/x\"y|2\r\n3")]
    [InlineData("a, b \n 1 ,\" 2 \"\n", "a|b/1| 2 ")]
    [InlineData(",b,\n1,2,3\n", "column 1|b|column 3/1|2|3")]
    [InlineData("a\n\"\"\n5\" pipe\n", "a//5\" pipe")]
    public void Records_are_read_as_the_rules_say(string text, string expected)
    {
        var table = CsvTable.Read(_folder.Write("x.csv", Encoding.UTF8.GetBytes(text)));
        Assert.Equal(expected, string.Join('/', Enumerable.Range(-1, table.RowCount + 1).Select(row => string.Join('|', Enumerable.Range(0, table.Names.Count).Select(column => row < 0 ? table.Names[column] : table[row, column])))));
    }

    [Fact]
    public void A_given_separator_wins_over_the_guess()
    {
        var table = CsvTable.Parse(new StringReader("a,b;c\nx,2;3\n"), "text", ';');
        Assert.Equal(["a,b", "c"], table.Names);
        Assert.Equal("x,2", table[0, 0]);
    }

    [Fact]
    public void Rows_know_their_lines_and_columns_their_numbers()
    {
        var table = CsvTable.Parse(new StringReader("a,b\n\n\"1\n2\",3\n4,5\n"), "text");
        Assert.Equal([3, 5], [table.Line(0), table.Line(1)]);
        Assert.Equal(1, table.IndexOf("b"));
        Assert.Equal(-1, table.IndexOf("B"));
    }

    [Fact]
    public void Text_in_other_encodings_is_read_by_its_mark_or_refused()
    {
        Assert.Equal("ä", CsvTable.Read(_folder.Write("x.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\nä,1\n")]))[0, 0]);
        Refused<DataFileException>("EK0570", () => CsvTable.Read(_folder.Write("y.csv", Encoding.Latin1.GetBytes("a,b\nä,1\n"))), "UTF-8");
        Refused<DataFileException>("EK0570", () => CsvTable.Read(_folder.Write("z.csv", "a,b\n1,\0\n"u8.ToArray())), "zero byte", "line 2");
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() => Refused<DataFileException>("EK0320", () => CsvTable.Read(_folder["missing.csv"]), "cannot be read");

    [Theory]
    [InlineData("EK0571", "a,b\n1,\"2\n3,4\n", "never closed", "line 2")]
    [InlineData("EK0571", "a,b\n1,\"2\"3\n", "follows a closing quote", "line 2")]
    [InlineData("EK0572", "a,b\n1,2\n3\n", "has 1 cells", "line 3")]
    [InlineData("EK0572", "a,b\n1,2,3\n", "has 3 cells", "names 2 columns")]
    [InlineData("EK0573", "", "the file is empty", "line 1")]
    [InlineData("EK0573", "\n\n\r\n", "the file is empty", "line 1")]
    [InlineData("EK0573", "a,b,a\n1,2,3\n", "two columns are called 'a'", "line 1")]
    [InlineData("EK0573", "1.5,2,3\n1,2,3\n", "only numbers", "1.5, 2, 3")]
    public void A_damaged_table_is_refused_with_its_line(string code, string text, string what, string where) =>
        Refused<DataFileException>(code, () => CsvTable.Parse(new StringReader(text), "hostile"), what, where, "hostile");

    [Fact]
    public void A_cell_and_a_record_without_end_are_refused_before_they_fill_the_memory()
    {
        CsvTable.Parse(new StringReader("a,b\n1,2\n"), "warm");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused<DataFileException>("EK0574", () => CsvTable.Parse(new Endless(','), "commas"), "16384 cells");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < SmallAllocation);
        Refused<DataFileException>("EK0574", () => CsvTable.Parse(new Endless('x'), "letters"), "1048576 characters");
        Refused<DataFileException>("EK0574", () => CsvTable.Parse(new StringReader("a,b\n1,\"" + new string('\n', 2_000_000)), "quote"), "never closed", "line 2");
    }

    /// <summary>Whatever cells a table has, written with the rules' quotes they are read back.</summary>
    [Fact]
    public void What_is_written_by_the_rules_is_read_back()
    {
        const string Alphabet = "ab,\";|\t \r\n1é";
        var random = new Random(5);
        for (var trial = 0; trial < 300; trial++)
        {
            var width = random.Next(1, 5);
            var cells = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Enumerable.Range(0, width).Select(_ => string.Concat(Enumerable.Range(0, random.Next(0, 8)).Select(_ => Alphabet[random.Next(Alphabet.Length)]))).ToArray()).ToArray();
            var header = Enumerable.Range(0, width).Select(static i => $"\"h,{i}\"");
            var end = random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" };
            var text = string.Join(end, cells.Select(static row => string.Join(',', row.Select(static cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))).Prepend(string.Join(',', header)));
            var table = CsvTable.Parse(new StringReader(text), "written", ',');
            Assert.Equal(cells.Length, table.RowCount);
            for (var row = 0; row < cells.Length; row++) Assert.Equal(cells[row], Enumerable.Range(0, width).Select(column => table[row, column]));
        }
    }

    /// <summary>Any bytes at all give a table or a typed error, and so does any table as training data.</summary>
    [Fact]
    public void Hostile_bytes_give_a_table_or_a_typed_error()
    {
        var random = new Random(9);
        var seed = Encoding.UTF8.GetBytes("a,b,c\n" + string.Join('\n', Enumerable.Range(0, 30).Select(static i => $"{i * i % 7}.5,\"x{i % 3}\",{i % 2}")));
        int tables = 0, errors = 0;
        for (var trial = 0; trial < 600; trial++)
        {
            var bytes = seed.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--) bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)",\";\n\r\t.aE-"[random.Next(10)];
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            var path = _folder.Write("fuzz.csv", bytes);
            try
            {
                var import = TableImport.Load(path, new TableOptions { Target = "c" });
                Assert.Equal(import.Schema, TableSchema.FromJson(import.Schema.ToJson()));
                tables++;
            }
            catch (EvenkeelException error)
            {
                Assert.Contains("fuzz.csv", error.Message, StringComparison.Ordinal);
                errors++;
            }
        }

        Assert.True(tables > 50 && errors > 50, $"{tables} tables, {errors} errors");
    }

    /// <summary>One sign for ever.</summary>
    private sealed class Endless(char sign) : TextReader
    {
        public override int Read(char[] buffer, int index, int count)
        {
            buffer.AsSpan(index, count).Fill(sign);
            return count;
        }
    }
}
