namespace Evenkeel.KernelGenerator;

/// <summary>Writes the register tiles of matrix products and convolutions: every height up to the limit, for one to four vectors of columns.</summary>
internal static class MatrixTileWriter
{
    /// <summary>The largest tile height for 1, 2, 3 and 4 vectors: height * vectors + vectors + 1 registers, at most 31.</summary>
    private static readonly int[] s_heights = [14, 14, 9, 6];

    public static IEnumerable<(string Path, string Text)> Write()
    {
        for (var vectors = 1; vectors <= s_heights.Length; vectors++)
            yield return ($"src/Evenkeel.Numerics/Kernels/MatrixProduct/Generated/Tiles{vectors}.cs", WriteFile(vectors, s_heights[vectors - 1]));
    }

    private static string WriteFile(int vectors, int limit)
    {
        var text = SourceText.Generated(nameof(MatrixTileWriter), "Evenkeel.Numerics.Kernels.MatrixProduct.Generated");
        text.Line($"/// <summary>Register tiles of {vectors} vector{Plural(vectors)} of columns and 1 to {limit} rows.</summary>");
        text.Line("/// <remarks>Each element of C is one chain over k in ascending order, so tile height, vector count and width never change its bits.</remarks>");
        text.Open($"internal static unsafe class Tiles{vectors}");
        text.Line($"public const int Limit = {limit};");
        text.Line();
        text.Line("/// <summary>The tile with the given number of rows.</summary>");
        text.Line("public static delegate*<float**, nint, float*, float*, float*, TileFrame*, void> OfHeight<P, TRows, TPartial>(int height)");
        text.Indent("where P : struct, IPack<P>");
        text.Indent("where TRows : struct, ISwitch");
        text.Indent("where TPartial : struct, ISwitch => height switch");
        text.Open();
        for (var height = 1; height <= limit; height++)
            text.Line($"{height} => &Tile{height}<P, TRows, TPartial>,");
        text.Line("_ => throw new ArgumentOutOfRangeException(nameof(height)),");
        text.Close(";");
        for (var height = 1; height <= limit; height++) WriteTile(text, height, vectors);
        text.Close();
        return text.ToString();
    }

    private static void WriteTile(SourceText text, int height, int vectors)
    {
        text.Line();
        text.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        text.Line($"private static void Tile{height}<P, TRows, TPartial>(float** runs, nint offset, float* b, float* c, float* start, TileFrame* frame)");
        text.Indent("where P : struct, IPack<P>");
        text.Indent("where TRows : struct, ISwitch");
        text.Indent("where TPartial : struct, ISwitch");
        text.Open();
        text.Line("var lanes = frame->LastLanes;");
        text.Line("var strideC = frame->StrideC;");
        if (height > 1) text.Line("var row = c;");
        for (var i = 0; i < height; i++)
        {
            if (i > 0) text.Line("row += strideC;");
            for (var j = 0; j < vectors; j++) text.Line($"Prefetch.Nearest({(i > 0 ? "row" : "c")}{Offset(j)});");
        }

        WriteStart(text, height, vectors);
        WriteLoop(text, height, vectors);
        text.Open("if (frame->Accumulate)");
        WriteEnd(text, height, vectors, accumulate: true);
        text.Close();
        text.Open("else");
        WriteEnd(text, height, vectors, accumulate: false);
        text.Close();
        text.Close();
    }

    private static void WriteStart(SourceText text, int height, int vectors)
    {
        for (var j = 0; j < vectors; j++) text.Line($"var c0_{j} = P.Zero;");
        text.Open("if (start != null)");
        for (var j = 0; j < vectors; j++) text.Line($"c0_{j} = {Load("start", j, vectors)};");
        text.Close();
        for (var i = 1; i < height; i++) text.Line(string.Join(" ", Enumerable.Range(0, vectors).Select(j => $"var c{i}_{j} = c0_{j};")));
    }

    private static void WriteLoop(SourceText text, int height, int vectors)
    {
        // Rows are reached three by three from one pointer each: [p], [p + s], [p + 2s] are single addresses.
        var groups = (height + 2) / 3;
        text.Line("var stepA = frame->StrideA;");
        text.Line("var stepB = frame->StrideB;");
        if (height > 2) text.Line("var twice = 2 * stepA;");
        text.Line("var depth = frame->Depth;");
        text.Line("var end = runs + frame->Runs;");
        text.Line("var gapB = frame->GapB;");
        text.Open("for (; runs < end; runs++)");
        text.Line("var a = *runs + offset;");
        for (var g = 1; g < groups; g++) text.Line($"var a{g} = a + {3 * g} * stepA;");
        // Several steps of k per turn: the counting and the pointer steps take multiply-add slots.
        var steps = height * vectors <= 20 ? 4 : 2;
        text.Line("var k = depth;");
        text.Open($"for (; k > {steps - 1}; k -= {steps})");
        for (var step = 0; step < steps; step++) WriteStep(text, height, vectors, step);
        WriteAdvance(text, groups, steps);
        text.Close();
        text.Open(steps == 2 ? "if (k > 0)" : "for (; k > 0; k--)");
        WriteStep(text, height, vectors, step: 0);
        WriteAdvance(text, groups, steps: 1);
        text.Close();
        text.Line("b += gapB;");
        text.Close();
    }

    private static void WriteAdvance(SourceText text, int groups, int steps)
    {
        text.Open("if (TRows.IsOn)");
        text.Line($"a += {steps};");
        for (var g = 1; g < groups; g++) text.Line($"a{g} += {steps};");
        text.Close();
    }

    private static void WriteStep(SourceText text, int height, int vectors, int step)
    {
        text.Open();
        for (var j = 0; j < vectors; j++) text.Line($"var b{j} = {Load("b", j, vectors)};");
        for (var i = 0; i < height; i++)
        {
            var pointer = i < 3 ? "a" : $"a{i / 3}";
            var index = (i % 3) switch { 0 => "", 1 => "stepA", _ => "twice" };
            var row = index.Length == 0 ? $"{pointer}[{step}]" : step == 0 ? $"{pointer}[{index}]" : $"({pointer} + {step})[{index}]";
            var panel = $"a[{i}]";
            text.Line($"var x{i} = P.Broadcast({(row == panel ? row : $"TRows.IsOn ? {row} : {panel}")});");
            for (var j = 0; j < vectors; j++) text.Line($"P.AddProduct(ref c{i}_{j}, x{i}, b{j});");
        }

        text.Line("b += stepB;");
        text.Line("if (!TRows.IsOn) a += stepA;");
        text.Close();
    }

    private static void WriteEnd(SourceText text, int height, int vectors, bool accumulate)
    {
        for (var i = 0; i < height; i++)
        {
            if (i > 0) text.Line("c += strideC;");
            for (var j = 0; j < vectors; j++)
            {
                var address = $"c{Offset(j)}";
                var (sum, partialSum) = accumulate ? ($"P.Load({address}) + ", $"P.LoadPartial({address}, lanes) + ") : ("", "");
                var whole = $"P.Store({address}, {sum}c{i}_{j});";
                if (j < vectors - 1) text.Line(whole);
                else
                {
                    text.Line($"if (TPartial.IsOn) P.StorePartial({address}, {partialSum}c{i}_{j}, lanes);");
                    text.Line($"else {whole}");
                }
            }
        }
    }

    private static string Load(string pointer, int vector, int vectors)
    {
        var address = pointer + Offset(vector);
        return vector < vectors - 1
            ? $"P.Load({address})"
            : $"(TPartial.IsOn ? P.LoadPartial({address}, lanes) : P.Load({address}))";
    }

    private static string Offset(int vector) => vector switch { 0 => "", 1 => " + P.Width", _ => $" + {vector} * P.Width" };

    private static string Plural(int count) => count == 1 ? "" : "s";
}
