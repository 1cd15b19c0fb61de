namespace Evenkeel.KernelGenerator;

/// <summary>Writes the register tiles of two rows of pixels by one vector of filters, in which a broadcast serves both rows.</summary>
internal static class RowPairWriter
{
    /// <summary>The widest tile: two rows, two vectors of the filter and one broadcast are at most 31 registers.</summary>
    private const int Limit = 12;

    public static IEnumerable<(string Path, string Text)> Write() =>
        [("src/Evenkeel.Numerics/Kernels/Convolution/Generated/RowPairs.cs", WriteFile())];

    private static string WriteFile()
    {
        var text = SourceText.Generated(nameof(RowPairWriter), "Evenkeel.Numerics.Kernels.Convolution.Generated");
        text.Line($"/// <summary>Register tiles of two rows of 1 to {Limit} pixels by one vector of filters.</summary>");
        text.Line("/// <remarks>A row of the input is multiplied by one row of the filter for the first row of pixels and by the row before it for the second; each element is the same chain as in a tile of one row.</remarks>");
        text.Open("internal static unsafe class RowPairs");
        text.Line($"public const int Limit = {Limit};");
        text.Line();
        text.Line("/// <summary>The tile with the given number of pixels in a row.</summary>");
        text.Line("public static delegate*<float**, nint, float*, float*, float*, RowPairFrame*, void> OfWidth<P, TPartial>(int pixels)");
        text.Indent("where P : struct, IPack<P>");
        text.Indent("where TPartial : struct, ISwitch => pixels switch");
        text.Open();
        for (var pixels = 1; pixels <= Limit; pixels++) text.Line($"{pixels} => &Pixels{pixels}<P, TPartial>,");
        text.Line("_ => throw new ArgumentOutOfRangeException(nameof(pixels)),");
        text.Close(";");
        for (var pixels = 1; pixels <= Limit; pixels++) WriteTile(text, pixels);
        text.Close();
        return text.ToString();
    }

    private static void WriteTile(SourceText text, int pixels)
    {
        text.Line();
        text.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        text.Line($"private static void Pixels{pixels}<P, TPartial>(float** runs, nint offset, float* b, float* y, float* start, RowPairFrame* frame)");
        text.Indent("where P : struct, IPack<P>");
        text.Indent("where TPartial : struct, ISwitch");
        text.Open();
        text.Line("var lanes = frame->Lanes;");
        text.Line("var c0_0 = start == null ? P.Zero : Lanes.Load<P, TPartial>(start, lanes);");
        for (var i = 0; i < pixels; i++) text.Line(i == 0 ? "var c1_0 = c0_0;" : $"var c0_{i} = c0_0; var c1_{i} = c0_0;");
        text.Line("var depth = frame->Depth;");
        if (pixels > 1) text.Line("var step = frame->PixelStep;");
        if (pixels > 2) text.Line("var twice = 2 * step;");
        text.Line("b += frame->FirstRun * depth * P.Width;");
        text.Open("for (var run = frame->FirstRun; run < frame->EndRun; run++)");
        text.Line("var x0 = *runs++ + offset;");
        for (var g = 1; 3 * g < pixels; g++) text.Line($"var x{g} = x0 + {3 * g} * step;");
        text.Line("var back = run == frame->TapRows;");
        text.Open("if (run > 0 && !back)");
        text.Line("var a = b - depth * P.Width;");
        WriteLoop(text, pixels, "b", "a");
        text.Close();
        text.Open("else if (!back)");
        WriteLoop(text, pixels, "b", null);
        text.Close();
        text.Open("else");
        text.Line("var a = b - depth * P.Width;");
        WriteLoop(text, pixels, null, "a");
        text.Close();
        text.Close();
        text.Line("var written = frame->WrittenStep;");
        text.Line("var second = y + frame->WrittenRowStep;");
        for (var i = 0; i < pixels; i++)
        {
            if (i > 0) text.Line("y += written; second += written;");
            text.Line($"Lanes.Store<P, TPartial>(y, c0_{i}, lanes);");
            text.Line($"Lanes.Store<P, TPartial>(second, c1_{i}, lanes);");
        }

        text.Close();
    }

    private static void WriteLoop(SourceText text, int pixels, string? first, string? second)
    {
        var steps = pixels * (first is not null && second is not null ? 2 : 1) <= 20 ? 4 : 2;
        text.Line("var k = depth;");
        text.Open($"for (; k > {steps - 1}; k -= {steps})");
        for (var step = 0; step < steps; step++) WriteStep(text, pixels, first, second, step);
        WriteAdvance(text, pixels, first, second, steps);
        text.Close();
        text.Open("for (; k > 0; k--)");
        WriteStep(text, pixels, first, second, 0);
        WriteAdvance(text, pixels, first, second, 1);
        text.Close();
        // Where the first row has no part, the panel still goes on.
        if (first is null) text.Line("b += depth * P.Width;");
    }

    private static void WriteStep(SourceText text, int pixels, string? first, string? second, int step)
    {
        text.Open();
        var at = step switch { 0 => "", 1 => " + P.Width", _ => $" + {step} * P.Width" };
        if (first is not null) text.Line($"var w0 = P.Load({first}{at});");
        if (second is not null) text.Line($"var w1 = P.Load({second}{at});");
        for (var i = 0; i < pixels; i++)
        {
            var pointer = step == 0 ? $"x{i / 3}" : $"(x{i / 3} + {step})";
            text.Line($"var v{i} = P.Broadcast({pointer}[{(i % 3) switch { 0 => "0", 1 => "step", _ => "twice" }}]);");
            if (first is not null) text.Line($"P.AddProduct(ref c0_{i}, v{i}, w0);");
            if (second is not null) text.Line($"P.AddProduct(ref c1_{i}, v{i}, w1);");
        }

        text.Close();
    }

    private static void WriteAdvance(SourceText text, int pixels, string? first, string? second, int steps)
    {
        for (var g = 0; 3 * g < pixels; g++) text.Line($"x{g} += {steps};");
        foreach (var pointer in new[] { first, second })
        {
            if (pointer is not null) text.Line($"{pointer} += {(steps == 1 ? "" : $"{steps} * ")}P.Width;");
        }
    }
}
