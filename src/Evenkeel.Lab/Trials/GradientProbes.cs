using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Training.Probes;

namespace Evenkeel.Lab.Trials;

/// <summary>Looks at the landscape and at the shift of gradients around training steps, and keeps what it saw as series.</summary>
/// <remarks>
/// Series over the probes: <c>probe_step</c>, <c>probe_loss</c>, <c>gradient</c>, <c>loss_low</c>, <c>loss_high</c>, <c>change_low</c>, <c>change_high</c>, <c>beta</c> of <see cref="LandscapeProbe"/>;
/// per weight, numbered from 0, <c>norm0</c>, <c>shift0</c>, <c>cosine0</c> of <see cref="GradientShiftProbe"/>.
/// </remarks>
internal sealed class GradientProbes : IDisposable
{
    private const int Lengths = 8;

    private readonly LandscapeProbe _landscape;
    private readonly GradientShiftProbe _shift;
    private readonly float[] _lengths;
    private readonly List<(int Step, LandscapePoint Point, GradientShift[] Shifts)> _seen = [];
    private (int Step, LandscapePoint Point)? _begun;

    /// <param name="model">The model that is trained.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="weights">The weights whose gradients are looked at.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="least">The shortest step of the landscape, in rates.</param>
    /// <param name="most">The longest.</param>
    /// <param name="options">Those of the run.</param>
    public GradientProbes(Model model, Loss loss, IReadOnlyList<string> weights, float rate, float least, float most, PlanOptions options)
    {
        _landscape = new LandscapeProbe(model, loss, options);
        _shift = new GradientShiftProbe(model, loss, weights, options);
        Slot = _landscape.CreateSlot();
        _lengths = [.. Enumerable.Range(0, Lengths).Select(i => rate * least * MathF.Pow(most / least, (float)i / (Lengths - 1)))];
    }

    /// <summary>Takes the batch before <see cref="Before"/>.</summary>
    public BatchSlot Slot { get; }

    /// <summary>Looks before a training step on the batch of the slot.</summary>
    public void Before(int step, long attempt)
    {
        _begun = (step, _landscape.Measure(Slot, _lengths, attempt));
        _shift.Begin(Slot, attempt);
    }

    /// <summary>Looks after the step; nothing where nothing was looked at before it.</summary>
    public void After()
    {
        if (_begun is not var (step, point)) return;
        _seen.Add((step, point, _shift.End()));
        _begun = null;
    }

    public void AddTo(Dictionary<string, double[]> series)
    {
        void Add(string name, Func<(int Step, LandscapePoint Point, GradientShift[] Shifts), double> of) => series[name] = [.. _seen.Select(of)];
        Add("probe_step", static seen => seen.Step);
        Add("probe_loss", static seen => seen.Point.Loss);
        Add("gradient", static seen => seen.Point.GradientNorm);
        Add("loss_low", static seen => seen.Point.LowestLoss);
        Add("loss_high", static seen => seen.Point.HighestLoss);
        Add("change_low", static seen => seen.Point.LeastGradientChange);
        Add("change_high", static seen => seen.Point.LargestGradientChange);
        Add("beta", static seen => seen.Point.Smoothness);
        for (var i = 0; i < (_seen.Count == 0 ? 0 : _seen[0].Shifts.Length); i++)
        {
            var weight = i;
            Add(FormattableString.Invariant($"norm{i}"), seen => seen.Shifts[weight].GradientNorm);
            Add(FormattableString.Invariant($"shift{i}"), seen => seen.Shifts[weight].Distance);
            Add(FormattableString.Invariant($"cosine{i}"), seen => seen.Shifts[weight].Cosine);
        }
    }

    public void Dispose()
    {
        _landscape.Dispose();
        _shift.Dispose();
    }
}
