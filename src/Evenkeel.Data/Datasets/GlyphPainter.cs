using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Data.Datasets;

/// <summary>Draws one digit: a skeleton with jittered points, bent by an elastic field, put through a random affine map, and stroked with an anti-aliased pen of varying width; then noise.</summary>
/// <remarks>
/// Only additions, multiplications, divisions and square roots are used, which IEEE 754 fixes to the bit: the same (seed, index) gives the same bytes on every machine.
/// Elastic field after P. Simard, D. Steinkraus, J. Platt, 2003, but as B-splines over a coarse random grid, and applied to the strokes instead of the pixels, which keeps edges sharp.
/// </remarks>
internal ref struct GlyphPainter
{
    public const int Side = 28;
    public const int Pixels = Side * Side;

    private const float Height = 20;
    private const float Jitter = 0.050f;
    private const float Rotation = 0.11f;
    private const float Shear = 0.23f;
    private const float Slant = 0.08f;
    private const float Shift = 0.45f;
    private const float Elastic = 2.0f;
    private const int StepsPerSpan = 5;
    private const int GridSide = 6;
    private const float GridStep = 8;

    private readonly Span<float> _ink;
    private readonly Span<float> _field;
    private readonly ulong _key;
    private readonly ulong _row;
    private (uint Word0, uint Word1, uint Word2, uint Word3) _words;
    private ulong _drawn;

    private GlyphPainter(RandomStream stream, ulong row, Span<float> ink, Span<float> field)
    {
        _key = stream.Key;
        _row = row;
        _ink = ink;
        _field = field;
        // The label is the first number.
        Word();
    }

    /// <summary>The digit of a sample.</summary>
    public static int Label(RandomStream stream, ulong index) => (int)(((ulong)stream.Word(0, index) * 10) >> 32);

    /// <summary>Writes the sample's 784 bytes, each once.</summary>
    public static void Paint(RandomStream stream, ulong index, Span<byte> pixels)
    {
        Span<float> ink = stackalloc float[Pixels];
        Span<float> field = stackalloc float[2 * GridSide * GridSide];
        ink.Clear();
        new GlyphPainter(stream, index, ink, field).Paint(Label(stream, index), pixels);
    }

    private void Paint(int digit, Span<byte> pixels)
    {
        var variants = GlyphSkeletons.Of(digit);
        var strokes = variants[(int)(Next() * variants.Length)];
        for (var i = 0; i < _field.Length; i++) _field[i] = Normal() * Elastic;
        var pose = new Pose(ref this);
        var pen = new Pen(ref this);
        Span<(float X, float Y)> points = stackalloc (float, float)[GlyphSkeletons.MostPoints];
        foreach (var stroke in strokes)
        {
            for (var i = 0; i < stroke.Points.Length; i++)
            {
                var (x, y) = stroke.Points[i];
                points[i] = pose.Map(x + (Normal() * Jitter) - 0.5f, y + (Normal() * Jitter) - 0.5f);
            }

            Draw(points[..stroke.Points.Length], stroke.Smooth, pen);
        }

        Develop(pixels, pen.Darkness);
    }

    private readonly void Draw(ReadOnlySpan<(float X, float Y)> points, bool smooth, in Pen pen)
    {
        var steps = (points.Length - 1) * StepsPerSpan;
        var (x, y) = Bend(points[0]);
        for (var step = 1; step <= steps; step++)
        {
            var span = Math.Min((step - 1) / StepsPerSpan, points.Length - 2);
            var t = (step - (span * StepsPerSpan)) * (1f / StepsPerSpan);
            var (nextX, nextY) = Bend(smooth ? Spline(points, span, t) : Lerp(points[span], points[span + 1], t));
            Segment(x, y, nextX, nextY, pen.Radius((step - 0.5f) / steps), pen.Softness);
            (x, y) = (nextX, nextY);
        }
    }

    private static (float X, float Y) Lerp((float X, float Y) a, (float X, float Y) b, float t) => (a.X + ((b.X - a.X) * t), a.Y + ((b.Y - a.Y) * t));

    /// <summary>Catmull-Rom between points i and i+1; the ends count twice.</summary>
    private static (float X, float Y) Spline(ReadOnlySpan<(float X, float Y)> points, int i, float t)
    {
        var (p0, p1, p2, p3) = (points[Math.Max(0, i - 1)], points[i], points[i + 1], points[Math.Min(points.Length - 1, i + 2)]);
        float a = ((-0.5f * t) + 1) * t * t - (0.5f * t), b = ((1.5f * t) - 2.5f) * t * t + 1, c = ((-1.5f * t) + 2) * t * t + (0.5f * t), d = ((0.5f * t) - 0.5f) * t * t;
        return ((p0.X * a) + (p1.X * b) + (p2.X * c) + (p3.X * d), (p0.Y * a) + (p1.Y * b) + (p2.Y * c) + (p3.Y * d));
    }

    /// <summary>Moves a point of the image by the elastic field there.</summary>
    private readonly (float X, float Y) Bend((float X, float Y) point)
    {
        var (column, u) = Cell(point.X);
        var (row, v) = Cell(point.Y);
        Span<float> across = [Weight(u, 0), Weight(u, 1), Weight(u, 2)];
        Span<float> down = [Weight(v, 0), Weight(v, 1), Weight(v, 2)];
        float dx = 0, dy = 0;
        for (var j = 0; j < 3; j++)
        {
            for (var i = 0; i < 3; i++)
            {
                var (weight, at) = (across[i] * down[j], 2 * (((row + j) * GridSide) + column + i));
                dx += weight * _field[at];
                dy += weight * _field[at + 1];
            }
        }

        return (point.X + dx, point.Y + dy);
    }

    private static (int Cell, float Fraction) Cell(float position)
    {
        var cell = Math.Clamp((position + (GridStep / 2)) / GridStep, 0, GridSide - 3 + 0.999f);
        return ((int)cell, cell - (int)cell);
    }

    /// <summary>The quadratic B-spline's weights.</summary>
    private static float Weight(float t, int i) => i switch
    {
        0 => 0.5f * (1 - t) * (1 - t),
        1 => 0.5f + (t * (1 - t)),
        _ => 0.5f * t * t,
    };

    private readonly void Segment(float x0, float y0, float x1, float y1, float radius, float softness)
    {
        var reach = radius + softness;
        var left = Math.Max(0, (int)(Math.Min(x0, x1) - reach));
        var right = Math.Min(Side - 1, (int)(Math.Max(x0, x1) + reach));
        var top = Math.Max(0, (int)(Math.Min(y0, y1) - reach));
        var bottom = Math.Min(Side - 1, (int)(Math.Max(y0, y1) + reach));
        float dx = x1 - x0, dy = y1 - y0, inverse = 1 / ((dx * dx) + (dy * dy) + 1e-6f), slope = 0.5f / softness;
        for (var y = top; y <= bottom; y++)
        {
            var row = _ink.Slice(y * Side, Side);
            float py = y + 0.5f - y0, along = py * dy;
            for (var x = left; x <= right; x++)
            {
                var px = x + 0.5f - x0;
                var t = Math.Clamp(((px * dx) + along) * inverse, 0, 1);
                float ex = px - (t * dx), ey = py - (t * dy);
                var cover = ((radius - MathF.Sqrt((ex * ex) + (ey * ey))) * slope) + 0.5f;
                if (cover > row[x]) row[x] = cover;
            }
        }
    }

    /// <summary>Ink to bytes, with triangular noise whose strength is the sample's own.</summary>
    private void Develop(Span<byte> pixels, float darkness)
    {
        var noise = Next() * Next() * (48f / 255);
        for (var i = 0; i < Pixels; i += 2)
        {
            var bits = Word();
            for (var j = 0; j < 2; j++, bits >>= 16)
            {
                var triangle = (float)((int)(bits & 255) + (int)((bits >> 8) & 255) - 255) * (1f / 255);
                var value = (Math.Min(1, _ink[i + j]) * darkness) + (triangle * noise);
                pixels[i + j] = (byte)((Math.Clamp(value, 0, 1) * 255) + 0.5f);
            }
        }
    }

    private uint Word()
    {
        if ((_drawn & 3) == 0) _words = Philox.Block(_drawn >> 2, _row, _key);
        return (_drawn++ & 3) switch { 0 => _words.Word0, 1 => _words.Word1, 2 => _words.Word2, _ => _words.Word3 };
    }

    private float Next() => (Word() >> 8) * (1f / (1 << 24));

    /// <summary>Nearly normal with deviation 1: four uniform numbers, never beyond 3.5.</summary>
    private float Normal()
    {
        var (one, two) = (Word(), Word());
        var sum = (int)(one & 0xFFFF) + (int)(one >> 16) + (int)(two & 0xFFFF) + (int)(two >> 16);
        return (sum - 131070) * (1.7320508f / 65536);
    }

    /// <summary>The random affine map from the unit box, centred, to pixels.</summary>
    private readonly struct Pose
    {
        private readonly float _xx;
        private readonly float _xy;
        private readonly float _yx;
        private readonly float _yy;
        private readonly float _x;
        private readonly float _y;

        public Pose(ref GlyphPainter painter)
        {
            var height = Height * (0.87f + (0.20f * painter.Next()));
            var width = height * (0.52f + (0.32f * painter.Next()));
            // Half the tangent parametrises the rotation without a sine.
            var half = painter.Normal() * Rotation * 0.5f;
            var scale = 1 / (1 + (half * half));
            float cos = (1 - (half * half)) * scale, sin = 2 * half * scale;
            var shear = Slant + (painter.Normal() * Shear);
            (_xx, _xy) = (cos * width, (-sin - (cos * shear)) * height);
            (_yx, _yy) = (sin * width, (cos - (sin * shear)) * height);
            (_x, _y) = ((Side / 2f) + (painter.Normal() * Shift), (Side / 2f) + (painter.Normal() * Shift));
        }

        public (float X, float Y) Map(float x, float y) => ((_xx * x) + (_xy * y) + _x, (_yx * x) + (_yy * y) + _y);
    }

    /// <summary>Width, its change along a stroke, softness and darkness of the line.</summary>
    private readonly struct Pen
    {
        private readonly float _radius;
        private readonly float _tilt;
        private readonly float _belly;

        public Pen(ref GlyphPainter painter)
        {
            _radius = 0.75f + (1.15f * painter.Next());
            _tilt = (painter.Next() - 0.5f) * 0.7f;
            _belly = (painter.Next() - 0.5f) * 0.8f;
            Softness = 0.55f + (0.5f * painter.Next());
            Darkness = 0.7f + (0.3f * painter.Next());
        }

        public float Softness { get; }

        public float Darkness { get; }

        public float Radius(float along) => _radius * (1 + (_tilt * (along - 0.5f)) + (_belly * ((4 * along * (1 - along)) - 0.5f)));
    }
}
