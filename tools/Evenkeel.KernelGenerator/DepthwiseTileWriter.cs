namespace Evenkeel.KernelGenerator;

/// <summary>Writes the register tiles of depthwise convolutions: pixels of a row under all taps, and blocks of taps over all pixels.</summary>
internal static class DepthwiseTileWriter
{
    private const string Folder = "src/Evenkeel.Numerics/Kernels/Convolution/Generated";
    private const int MostPixels = 8;

    /// <summary>Neighbouring taps in a row of the filter, and the columns between two pixels, that have tiles of their own. Strided input gradients have rows of one and two taps.</summary>
    private static readonly (int Taps, int Stride)[] s_filters = [(1, 1), (2, 1), (3, 1), (5, 1), (3, 2), (5, 2)];

    /// <summary>Blocks of rows by columns of taps that a gradient tile holds; one row of 1, 3 or 5 makes up every other filter.</summary>
    private static readonly (int Rows, int Columns)[] s_blocks = [(1, 1), (1, 3), (1, 5), (3, 3), (5, 5)];

    public static IEnumerable<(string Path, string Text)> Write() =>
        [($"{Folder}/DepthwisePixels.cs", WritePixels()), ($"{Folder}/DepthwiseTaps.cs", WriteTaps())];

    private static SourceText Head(string summary, string name)
    {
        var text = SourceText.Generated(nameof(DepthwiseTileWriter), "Evenkeel.Numerics.Kernels.Convolution.Generated");
        text.Line($"/// <summary>{summary}</summary>");
        text.Open($"internal static unsafe class {name}");
        return text;
    }

    private static void Method(SourceText text, string name, string parameters, params string[] switches)
    {
        text.Line();
        text.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        text.Line($"private static void {name}<{string.Join(", ", ["P", .. switches])}>({parameters})");
        text.Indent("where P : struct, IPack<P>");
        foreach (var constraint in switches) text.Indent($"where {constraint} : struct, ISwitch");
        text.Open();
    }

    private static string WritePixels()
    {
        var text = Head($"Register tiles of 1 to {MostPixels} pixels of a row by one vector of channels, under all taps of a depthwise filter.", "DepthwisePixels");
        text.Line($"public const int Limit = {MostPixels};");
        text.Line();
        text.Line("/// <summary>The tile for so many neighbouring taps in a row of the filter, columns between pixels, and pixels; null where there is none.</summary>");
        text.Line("public static delegate*<float*, float*, float*, float*, DepthwiseFrame*, void> Of<P, TPartial, TEdge>(int taps, int stride, int pixels)");
        text.Indent("where P : struct, IPack<P>");
        text.Indent("where TPartial : struct, ISwitch");
        text.Indent("where TEdge : struct, ISwitch => (taps, stride, pixels) switch");
        text.Open();
        foreach (var (taps, stride) in s_filters)
        {
            for (var pixels = 1; pixels <= MostPixels; pixels++)
                text.Line($"({taps}, {stride}, {pixels}) => &Taps{taps}Stride{stride}Pixels{pixels}<P, TPartial, TEdge>,");
        }

        text.Line("_ => null,");
        text.Close(";");
        foreach (var (taps, stride) in s_filters)
        {
            for (var pixels = 1; pixels <= MostPixels; pixels++) WritePixels(text, taps, stride, pixels);
        }

        text.Close();
        return text.ToString();
    }

    private static void WritePixels(SourceText text, int taps, int stride, int pixels)
    {
        Method(text, $"Taps{taps}Stride{stride}Pixels{pixels}", "float* x, float* w, float* y, float* start, DepthwiseFrame* frame", "TPartial", "TEdge");
        var columns = (pixels - 1) * stride + taps;
        text.Line("var lanes = frame->Lanes;");
        if (taps > 1)
        {
            text.Line("var left = frame->MissingLeft;");
            text.Line("var right = frame->MissingRight;");
        }

        // Steps in bytes fold into addresses, where steps in floats become a shared product that costs an instruction for each load.
        if (columns > 1) text.Line("var step = sizeof(float) * frame->ColumnStep;");
        if (columns > 2) text.Line("var twice = 2 * step;");
        if (taps > 1) text.Line("var filterStep = sizeof(float) * frame->FilterColumnStep;");
        text.Line("var c0 = start == null ? P.Zero : Lanes.Load<P, TPartial>(start, lanes);");
        for (var i = 1; i < pixels; i++) text.Line($"var c{i} = c0;");
        text.Open("for (var row = frame->TapRows; row > 0; row--)");
        text.Line("var v = (byte*)w;");
        for (var t = 0; t < taps; t++)
        {
            if (t > 0) text.Line("v += filterStep;");
            text.Line($"var w{t} = Lanes.Load<P, TPartial>((float*)v, lanes);");
        }

        text.Line("var p = (byte*)x;");
        for (var column = 0; column < columns; column++)
        {
            if (column % 3 == 0 && column > 0) text.Line("p += twice + step;");
            var load = $"Lanes.Load<P, TPartial>((float*)(p{(column % 3) switch { 0 => "", 1 => " + step", _ => " + twice" }}), lanes)";
            var outside = new List<string>();
            if (column < taps - 1) outside.Add($"left > {column}");
            if (columns - 1 - column < taps - 1) outside.Add($"right > {columns - 1 - column}");
            text.Line(outside.Count == 0 ? $"var x{column} = {load};" : $"var x{column} = TEdge.IsOn && ({string.Join(" || ", outside)}) ? P.Zero : {load};");
            for (var i = 0; i < pixels; i++)
            {
                if (column - i * stride is var t && t >= 0 && t < taps) text.Line($"P.AddProduct(ref c{i}, x{column}, w{t});");
            }
        }

        text.Line("x += frame->RowStep;");
        text.Line("w += frame->FilterRowStep;");
        text.Close();
        WriteStores(text, pixels);
        text.Close();
    }

    private static void WriteStores(SourceText text, int pixels)
    {
        if (pixels > 1) text.Line("var written = frame->WrittenStep;");
        for (var i = 0; i < pixels; i++)
        {
            if (i > 0) text.Line("y += written;");
            text.Line($"Lanes.Store<P, TPartial>(y, c{i}, lanes);");
        }
    }

    private static string WriteTaps()
    {
        var text = Head("Register tiles of a block of taps of a depthwise filter by one vector of channels, summed over all pixels.", "DepthwiseTaps");
        text.Line("/// <summary>The tile with the given block of taps.</summary>");
        text.Line("public static delegate*<float*, float*, float*, DepthwiseGradientFrame*, void> OfBlock<P, TPartial>(int rows, int columns)");
        text.Indent("where P : struct, IPack<P>");
        text.Indent("where TPartial : struct, ISwitch => (rows, columns) switch");
        text.Open();
        foreach (var (rows, columns) in s_blocks) text.Line($"({rows}, {columns}) => &Taps{rows}x{columns}<P, TPartial>,");
        text.Line("_ => throw new ArgumentOutOfRangeException(nameof(rows)),");
        text.Close(";");
        foreach (var (rows, columns) in s_blocks) WriteTaps(text, rows, columns);
        text.Close();
        return text.ToString();
    }

    private static void WriteTaps(SourceText text, int rows, int columns)
    {
        Method(text, $"Taps{rows}x{columns}", "float* x, float* dy, float* dw, DepthwiseGradientFrame* frame", "TPartial");
        text.Line("var lanes = frame->Lanes;");
        for (var r = 0; r < rows; r++)
            text.Line(string.Join(" ", Enumerable.Range(0, columns).Select(t => $"var c{r}_{t} = P.Zero;")));
        text.Line("var pixelStep = frame->PixelStep;");
        text.Line("var gradientStep = frame->GradientStep;");
        for (var t = 1; t < columns; t++) text.Line(t == 1 ? "var tap1 = frame->TapColumnStep;" : $"var tap{t} = {t} * tap1;");
        text.Line("var pixels = frame->Pixels;");
        text.Open("for (var row = frame->Rows; row > 0; row--)");
        text.Line("var d = dy;");
        for (var r = 0; r < rows; r++) text.Line(r == 0 ? "var x0 = x;" : $"var x{r} = x{r - 1} + frame->TapRowStep;");
        text.Open("for (var pixel = pixels; pixel > 0; pixel--)");
        text.Line("var g = Lanes.Load<P, TPartial>(d, lanes);");
        for (var r = 0; r < rows; r++)
        {
            for (var t = 0; t < columns; t++) text.Line($"P.AddProduct(ref c{r}_{t}, P.Load(x{r}{(t > 0 ? $" + tap{t}" : "")}), g);");
        }

        text.Line("d += gradientStep;");
        for (var r = 0; r < rows; r++) text.Line($"x{r} += pixelStep;");
        text.Close();
        text.Line("x += frame->RowStep;");
        text.Line("dy += frame->GradientRowStep;");
        text.Close();
        text.Line("var filterStep = frame->FilterColumnStep;");
        text.Open("if (frame->Accumulate)");
        WriteSums(text, rows, columns, "Lanes.Load<P, TPartial>({0}, lanes) + ");
        text.Close();
        text.Open("else");
        WriteSums(text, rows, columns, "");
        text.Close();
        text.Close();
    }

    private static void WriteSums(SourceText text, int rows, int columns, string before)
    {
        for (var r = 0; r < rows; r++)
        {
            for (var t = 0; t < columns; t++)
            {
                var address = t switch { 0 => "dw", 1 => "dw + filterStep", _ => $"dw + {t} * filterStep" };
                text.Line($"Lanes.Store<P, TPartial>({address}, {before.Replace("{0}", address)}c{r}_{t}, lanes);");
            }

            if (r + 1 < rows) text.Line("dw += frame->FilterRowStep;");
        }
    }
}
