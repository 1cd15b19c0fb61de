namespace Evenkeel.Reference;

/// <summary>What a recurrent layer is, beside its numbers.</summary>
public sealed record RecurrentSettings(string Cell, int Steps, int Units)
{
    /// <summary>Products per unit.</summary>
    public int Gates => Cell switch { "lstm" => 4, "gru" => 3, _ => 1 };

    /// <summary>Added to the product with the previous state; none if null.</summary>
    public double[]? Bias { get; init; }

    /// <summary>h and c before the first step; zero if null.</summary>
    public double[]? Hidden { get; init; }

    /// <inheritdoc cref="Hidden"/>
    public double[]? Memory { get; init; }

    /// <summary>Normalises by the samples of a step (false) or by the units of a sample (true); null for neither.</summary>
    public bool? ByLayer { get; init; }

    /// <summary>gamma of the product.</summary>
    public double[]? HiddenGamma { get; init; }

    /// <summary>gamma of c; null where c is not normalised.</summary>
    public double[]? CellGamma { get; init; }

    /// <summary>beta of c.</summary>
    public double[]? CellBeta { get; init; }

    /// <summary>Added below the root.</summary>
    public double Epsilon { get; init; } = 1e-5;
}

/// <summary>The gradients of a recurrent layer.</summary>
public sealed record RecurrentGradients(double[] Projected, double[] Recurrent, double[] Hidden, double[] Memory, double[] HiddenGamma, double[] CellGamma, double[] CellBeta);

/// <summary>Recurrent layers over time, unrolled: the simple one, the LSTM and the GRU, with normalisation inside the cell or without.</summary>
/// <remarks>
/// <c>a = x + norm(h' U + b)</c> with x `[N, T, gates * units]`. Simple: <c>h = tanh(a)</c>. LSTM (i, f, g, o): <c>c = f c' + i g</c>, <c>h = o tanh(norm(c))</c>. GRU (r, z, n): <c>n = tanh(x_n + r u_n)</c>, <c>h = (1 - z) n + z h'</c>.
/// Batch normalisation in the cell: Cooijmans et al., arXiv 1603.09025; layer normalisation: arXiv 1607.06450. A first step without a previous state has nothing to normalise.
/// </remarks>
public sealed class Recurrent
{
    private readonly RecurrentSettings _s;
    private readonly double[] _weight;
    private readonly int _count;
    private readonly double[][] _raw, _normed, _before, _memoryBefore, _memory, _seen;
    private readonly double[][][] _gates;

    private Recurrent(RecurrentSettings settings, double[] weight, int count)
    {
        (_s, _weight, _count) = (settings, weight, count);
        double[][] Slots() => new double[settings.Steps][];
        (_raw, _normed, _before, _memoryBefore, _memory, _seen) = (Slots(), Slots(), Slots(), Slots(), Slots(), Slots());
        _gates = new double[settings.Steps][][];
    }

    /// <summary>h of every step, `[N, T, units]`.</summary>
    public double[] Output { get; private set; } = [];

    /// <summary>h before every step, `[N, T, units]`.</summary>
    public double[] Previous { get; private set; } = [];

    /// <summary>h of the last step.</summary>
    public double[] LastHidden { get; private set; } = [];

    /// <summary>c of the last step.</summary>
    public double[] LastMemory { get; private set; } = [];

    private int Columns => _s.Gates * _s.Units;

    /// <summary>All steps, from the first to the last.</summary>
    public static Recurrent Forward(double[] projected, double[] weight, RecurrentSettings settings, int count)
    {
        Recurrent r = new(settings, weight, count);
        int units = settings.Units, all = count * units;
        double[] h = settings.Hidden ?? new double[all], c = settings.Memory ?? new double[all];
        r.Output = new double[all * settings.Steps];
        r.Previous = new double[all * settings.Steps];
        for (int t = 0; t < settings.Steps; t++)
        {
            r.Place(r.Previous, h, t, units);
            (r._before[t], r._memoryBefore[t]) = (h, c);
            r._raw[t] = MatrixProduct.Multiply(h, weight, count, r.Columns, units, bias: settings.Bias);
            r._normed[t] = settings.ByLayer is null ? r._raw[t] : t == 0 && settings.Hidden is null ? new double[count * r.Columns] : r.Normalize(r._raw[t], r.Columns, settings.HiddenGamma, null);
            (h, c) = r.Step(t, r.Take(projected, t, r.Columns), h, c);
            r.Place(r.Output, h, t, units);
        }
        (r.LastHidden, r.LastMemory) = (h, c);
        return r;
    }

    /// <summary>All steps, from the last to the first.</summary>
    public RecurrentGradients Backward(double[]? output, double[]? lastHidden, double[]? lastMemory)
    {
        int all = _count * _s.Units;
        double[] dh = lastHidden ?? new double[all], dc = lastMemory ?? new double[all];
        double[] projected = new double[_count * _s.Steps * Columns], recurrent = new double[projected.Length];
        double[] gamma = new double[Columns], cellGamma = new double[_s.Units], cellBeta = new double[_s.Units];
        for (int t = _s.Steps - 1; t >= 0; t--)
        {
            if (output is not null) dh = Add(dh, Take(output, t, _s.Units));
            double[] dx = new double[_count * Columns], du = new double[dx.Length], past = new double[all];
            if (_s.Cell == "lstm") dc = Lstm(t, dh, dc, dx, du, cellGamma, cellBeta);
            else if (_s.Cell == "gru") Gru(t, dh, dx, du, past);
            else for (int i = 0; i < all; i++) dx[i] = du[i] = dh[i] * (1 - Math.Pow(_gates[t][0][i], 2));
            if (_s.ByLayer is not null && (t > 0 || _s.Hidden is not null))
            {
                BatchNormGradients through = Through(du, _raw[t], Columns, _s.HiddenGamma);
                du = through.X;
                gamma = Add(gamma, through.Gamma);
            }
            Place(projected, dx, t, Columns);
            Place(recurrent, du, t, Columns);
            dh = Add(past, MatrixProduct.Multiply(du, _weight, _count, _s.Units, Columns, transposeB: true));
        }
        return new RecurrentGradients(projected, recurrent, dh, dc, gamma, cellGamma, cellBeta);
    }

    private (double[] H, double[] C) Step(int t, double[] x, double[] before, double[] memory)
    {
        int all = _count * _s.Units;
        double[] h = new double[all], c = new double[all];
        double[][] gates = [.. Enumerable.Range(0, 4).Select(_ => new double[all])];
        _gates[t] = gates;
        for (int n = 0; n < _count; n++)
            for (int j = 0; j < _s.Units; j++)
            {
                int i = n * _s.Units + j;
                double X(int gate) => x[n * Columns + gate * _s.Units + j];
                double U(int gate) => _normed[t][n * Columns + gate * _s.Units + j];
                if (_s.Cell == "lstm")
                {
                    (gates[0][i], gates[1][i], gates[2][i], gates[3][i]) = (Sigmoid(X(0) + U(0)), Sigmoid(X(1) + U(1)), Math.Tanh(X(2) + U(2)), Sigmoid(X(3) + U(3)));
                    c[i] = gates[1][i] * memory[i] + gates[0][i] * gates[2][i];
                }
                else if (_s.Cell == "gru")
                {
                    (gates[0][i], gates[1][i], gates[3][i]) = (Sigmoid(X(0) + U(0)), Sigmoid(X(1) + U(1)), U(2));
                    gates[2][i] = Math.Tanh(X(2) + gates[0][i] * U(2));
                    h[i] = (1 - gates[1][i]) * gates[2][i] + gates[1][i] * before[i];
                }
                else
                    h[i] = gates[0][i] = Math.Tanh(X(0) + U(0));
            }
        if (_s.Cell != "lstm") return (h, c);
        _memory[t] = c;
        _seen[t] = _s.CellGamma is null ? c : Normalize(c, _s.Units, _s.CellGamma, _s.CellBeta);
        for (int i = 0; i < all; i++) h[i] = gates[3][i] * Math.Tanh(_seen[t][i]);
        return (h, c);
    }

    private double[] Lstm(int t, double[] dh, double[] dcBehind, double[] dx, double[] du, double[] cellGamma, double[] cellBeta)
    {
        double[] i = _gates[t][0], f = _gates[t][1], g = _gates[t][2], o = _gates[t][3], tanh = Array.ConvertAll(_seen[t], Math.Tanh), before = new double[dh.Length];
        double[] dc = [.. dh.Select((d, at) => d * o[at] * (1 - tanh[at] * tanh[at]))];
        if (_s.CellGamma is not null)
        {
            BatchNormGradients through = Through(dc, _memory[t], _s.Units, _s.CellGamma);
            dc = through.X;
            for (int j = 0; j < _s.Units; j++) (cellGamma[j], cellBeta[j]) = (cellGamma[j] + through.Gamma[j], cellBeta[j] + through.Beta[j]);
        }
        dc = Add(dc, dcBehind);
        for (int at = 0; at < dh.Length; at++)
        {
            Set(dx, du, at, 0, dc[at] * g[at] * i[at] * (1 - i[at]));
            Set(dx, du, at, 1, dc[at] * _memoryBefore[t][at] * f[at] * (1 - f[at]));
            Set(dx, du, at, 2, dc[at] * i[at] * (1 - g[at] * g[at]));
            Set(dx, du, at, 3, dh[at] * tanh[at] * o[at] * (1 - o[at]));
            before[at] = dc[at] * f[at];
        }
        return before;
    }

    private void Gru(int t, double[] dh, double[] dx, double[] du, double[] past)
    {
        double[] r = _gates[t][0], z = _gates[t][1], n = _gates[t][2], u = _gates[t][3];
        for (int at = 0; at < dh.Length; at++)
        {
            double dn = dh[at] * (1 - z[at]) * (1 - n[at] * n[at]);
            Set(dx, du, at, 0, dn * u[at] * r[at] * (1 - r[at]));
            Set(dx, du, at, 1, dh[at] * (_before[t][at] - n[at]) * z[at] * (1 - z[at]));
            Set(dx, du, at, 2, dn);
            du[at / _s.Units * Columns + 2 * _s.Units + at % _s.Units] = dn * r[at];
            past[at] = dh[at] * z[at];
        }
    }

    private double[] Normalize(double[] x, int channels, double[]? gamma, double[]? beta) =>
        _s.ByLayer == true ? GroupNorm.Forward(x, 1, channels, 1, gamma, beta, _s.Epsilon) : BatchNorm.Forward(x, channels, gamma, beta, _s.Epsilon).Y;

    private BatchNormGradients Through(double[] dy, double[] x, int channels, double[]? gamma) =>
        _s.ByLayer == true ? GroupNorm.Backward(dy, x, 1, channels, 1, gamma, _s.Epsilon) : BatchNormBackward.Compact(dy, x, channels, gamma, _s.Epsilon);

    private void Set(double[] dx, double[] du, int at, int gate, double value) => dx[at / _s.Units * Columns + gate * _s.Units + at % _s.Units] = du[at / _s.Units * Columns + gate * _s.Units + at % _s.Units] = value;

    private double[] Take(double[] sequence, int t, int channels) => [.. Enumerable.Range(0, _count * channels).Select(i => sequence[(i / channels * _s.Steps + t) * channels + i % channels])];

    private void Place(double[] sequence, double[] step, int t, int channels)
    {
        for (int i = 0; i < step.Length; i++) sequence[(i / channels * _s.Steps + t) * channels + i % channels] = step[i];
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, static (x, y) => x + y)];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
