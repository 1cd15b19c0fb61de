using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;
using BatchSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Lab.Trials;

/// <summary>An LSTM that sees N random bits and then says them again, trained by backpropagation through windows of a few time steps; what lies behind a window's end is left out, or predicted.</summary>
/// <remarks>
/// With synthetic gradients the state at the end of a window gets the gradient that a module predicts from it; what backpropagation gives for the first state of the next window is what the module should have said (Jaderberg et al. 2016, section 2.1).
/// Sequences have 2N steps of a bit and a flag; N grows by one when the mean over <see cref="Averaged"/> batches falls below <see cref="SolvedBits"/> bits per bit. Adam moves network and module.
/// Series: <c>solved_at</c>, after how many windows the lengths 1, 2, ... were solved; <c>solved</c>, the longest one; <c>bits</c> of the newest batches; <c>refused</c>, the windows that were not finite; <c>cosine</c> of predicted gradients and what they should have been, over the last windows, 0 without a module.
/// </remarks>
public sealed record CopyTrial : Trial
{
    /// <summary>A length is solved at so many bits per bit; guessing has 1.</summary>
    public const double SolvedBits = 0.15;

    /// <summary>Over so many batches.</summary>
    public const int Averaged = 20;

    private const int Features = 2;
    private const int ReportEvery = 200;
    private const double CosineRate = 0.001;

    /// <summary>Time steps of a window, through which gradients are backpropagated.</summary>
    public required int Window { get; init; }

    /// <summary>Whether the gradient behind a window's end is predicted; else it is zero. Default no.</summary>
    public bool Synthetic { get; init; }

    /// <summary>What a predicted gradient is multiplied by where it is used. Default 1.</summary>
    public float Share { get; init; } = 1;

    /// <summary>Units of the LSTM, and of the module's hidden layer. Default 64.</summary>
    public int Units { get; init; } = 64;

    /// <summary>Sequences per batch. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The rate of Adam. Default 0.003.</summary>
    public float Rate { get; init; } = 0.003f;

    /// <summary>How many windows, each of them an update.</summary>
    public required int Windows { get; init; }

    /// <summary>Of first weights and bits.</summary>
    public required ulong Seed { get; init; }

    /// <inheritdoc/>
    public override long Work => Windows;

    /// <inheritdoc/>
    public override RunKey Key => new RunKey("copy", 1).Add("window", Window).Add("synthetic", Synthetic).Add("share", Share).Add("units", Units).Add("batch_size", BatchSize).Add("rate", Rate).Add("windows", Windows).Add("seed", Seed);

    private int InputsPerWindow => Window * Features;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var options = new PlanOptions { Capacity = BatchSize, Threads = 1, Seed = Seed };
        using var network = new Network(this, options);
        using var module = Synthetic ? new GradientModule(this, options) : null;
        var random = new RandomStream(Seed, "bits to copy");
        List<double> solvedAt = [];
        var recent = new Queue<double>();
        var (length, windows, refused, reported, batch) = (1, 0, 0, 0, 0UL);
        while (windows < Windows)
        {
            var bits = Enumerable.Range(0, BatchSize * length).Select(i => (int)(random.Word((ulong)i, batch) & 1)).ToArray();
            batch++;
            recent.Enqueue(Sequence(network, module, bits, length, ref windows, ref refused));
            if (recent.Count > Averaged) recent.Dequeue();
            if (recent.Count == Averaged && recent.Average() < SolvedBits)
            {
                solvedAt.Add(windows);
                recent.Clear();
                length++;
            }

            if (windows - reported < ReportEvery) continue;
            context.Advance(windows - reported);
            reported = windows;
        }

        return new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["solved_at"] = [.. solvedAt],
            ["solved"] = [solvedAt.Count],
            ["bits"] = [recent.Count == 0 ? SolvedBits : recent.Average()],
            ["refused"] = [refused],
            ["cosine"] = [module?.Cosine ?? 0],
        };
    }

    /// <summary>Goes through one batch of sequences, window by window, and learns in each.</summary>
    /// <returns>Bits per bit that was to be said.</returns>
    private double Sequence(Network network, GradientModule? module, int[] bits, int length, ref int windows, ref int refused)
    {
        var steps = 2 * length;
        var count = (steps + Window - 1) / Window;
        var (nats, state) = (0.0, new float[BatchSize * network.StateSize]);
        for (var w = 0; w < count; w++, windows++)
        {
            nats += network.Forward(bits, length, w * Window, state);
            var behind = network.StateGradient;
            behind.Clear();
            var next = network.NextState();
            if (module is not null && w < count - 1) module.Predict(next, Share / BatchSize, behind);
            network.Hand(behind);
            if (!network.Learn(Rate)) refused++;
            if (module is not null && w > 0 && !module.Learn(state, network.GradientOfState(), BatchSize, Rate)) refused++;
            state = next;
        }

        return nats / (Math.Log(2) * BatchSize * length);
    }

    /// <summary>The LSTM over one window, from a state that is given to the one that it ends in.</summary>
    private sealed class Network : IDisposable
    {
        private readonly CopyTrial _trial;
        private readonly SegmentPlan _plan;
        private readonly BatchSlot _slot;
        private readonly float[] _stateGradient;
        private long _commits;

        public Network(CopyTrial trial, PlanOptions options)
        {
            _trial = trial;
            var model = new Sequential(("window", new Functional(Build))).Build(Shape.Batch(trial.InputsPerWindow + StateSize), trial.Seed);
            _plan = SegmentPlan.CompileInner(model, new UpdateMemory(model, new Adam()), inputGradient: true, options);
            _slot = _plan.CreateSlot();
            _slot.Count = trial.BatchSize;
            _stateGradient = new float[trial.BatchSize * StateSize];
        }

        /// <summary>Numbers of h and c.</summary>
        public int StateSize => 2 * _trial.Units;

        public Span<float> StateGradient => _stateGradient;

        /// <summary>Runs a window; leaves the loss's gradient where the backward pass begins.</summary>
        /// <returns>The loss in nats, summed over all.</returns>
        public double Forward(int[] bits, int length, int first, float[] state)
        {
            var (inputs, outputs) = (_trial.InputsPerWindow + StateSize, _trial.Window + StateSize);
            _slot.Features.Clear();
            for (var n = 0; n < _trial.BatchSize; n++)
            {
                var row = _slot.Features.Slice(n * inputs, inputs);
                for (var t = 0; t < _trial.Window; t++)
                {
                    var step = first + t;
                    if (step < length) row[t * Features] = (2 * bits[(n * length) + step]) - 1;
                    else if (step < 2 * length) row[(t * Features) + 1] = 1;
                }

                state.AsSpan(n * StateSize, StateSize).CopyTo(row[_trial.InputsPerWindow..]);
            }

            _plan.Forward(_slot);
            var nats = 0.0;
            var late = _plan.Late;
            late.Clear();
            for (var n = 0; n < _trial.BatchSize; n++)
            {
                for (var t = Math.Max(0, length - first); t < _trial.Window && first + t < 2 * length; t++)
                {
                    var (logit, bit) = (_plan.Output[(n * outputs) + t], bits[(n * length) + first + t - length]);
                    nats += Math.Max(logit, 0) - (logit * bit) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
                    late[(n * outputs) + t] = ((1 / (1 + MathF.Exp(-logit))) - bit) / _trial.BatchSize;
                }
            }

            return nats;
        }

        /// <summary>The state in which the window ends.</summary>
        public float[] NextState() => Part(_plan.Output, _trial.Window);

        /// <summary>Gives the last state its gradient.</summary>
        public void Hand(ReadOnlySpan<float> gradient)
        {
            var outputs = _trial.Window + StateSize;
            for (var n = 0; n < _trial.BatchSize; n++) gradient.Slice(n * StateSize, StateSize).CopyTo(_plan.Late[((n * outputs) + _trial.Window)..]);
        }

        public bool Learn(float rate)
        {
            _plan.Backward();
            var (_, isFinite) = _plan.Check();
            if (isFinite) _plan.Commit(_commits++, rate, GradientChange.None);
            return isFinite;
        }

        /// <summary>What the backward pass gives for the state in which the window began.</summary>
        public float[] GradientOfState() => Part(_plan.InputGradient, _trial.InputsPerWindow);

        public void Dispose() => _plan.Dispose();

        private float[] Part(ReadOnlySpan<float> rows, int start)
        {
            var part = new float[_trial.BatchSize * StateSize];
            for (var n = 0; n < _trial.BatchSize; n++) rows.Slice((n * (start + StateSize)) + start, StateSize).CopyTo(part.AsSpan(n * StateSize));
            return part;
        }

        private Value Build(BuildScope scope, Value input)
        {
            var (units, window) = (_trial.Units, _trial.Window);
            Value Slice(string name, int start, int count) => new SliceNode(scope.NameOf(name), input, ImageSlice.OfChannels(input.Shape, start, count)).Output;
            var bound = 1 / MathF.Sqrt(units);
            var even = new Uniform(-bound, bound);
            Value Parameter(string name, Shape shape) => scope.Parameter(name, shape, even, decays: shape.Rank > 1);
            var sequence = new ReshapeNode(scope.NameOf("sequence"), Slice("inputs", 0, _trial.InputsPerWindow), Shape.Batch(window, Features)).Output;
            var product = new MatrixProductNode(scope.NameOf("input"), sequence, Parameter("weight_ih_l0", Shape.Of(Features, 4 * units))).Output;
            var projected = new BiasAddNode(scope.NameOf("bias_ih"), product, Parameter("bias_ih_l0", Shape.Of(4 * units))).Output;
            var recurrence = new RecurrentNode(scope.NameOf("lstm"), RecurrentCell.Lstm, projected, Parameter("weight_hh_l0", Shape.Of(units, 4 * units)), new RecurrentInputs
            {
                InitialHidden = Slice("hidden", _trial.InputsPerWindow, units),
                InitialCell = Slice("cell", _trial.InputsPerWindow + units, units),
            });
            var said = new MatrixProductNode(scope.NameOf("output"), recurrence.Output, Parameter("output_weight", Shape.Of(units, 1))).Output;
            var logits = new ReshapeNode(scope.NameOf("logits"), new BiasAddNode(scope.NameOf("output_bias_add"), said, Parameter("output_bias", Shape.Of(1))).Output, Shape.Batch(window)).Output;
            return new ConcatenationNode(scope.NameOf("ends"), logits, recurrence.LastHidden, recurrence.LastCell).Output;
        }
    }

    /// <summary>Predicts the gradient of a state from the state: one hidden layer, the last one zero at first. It speaks of gradients per sequence.</summary>
    private sealed class GradientModule : IDisposable
    {
        private readonly SegmentPlan _plan;
        private readonly BatchSlot _slot;
        private long _commits;

        public GradientModule(CopyTrial trial, PlanOptions options)
        {
            var model = new Sequential(
                ("module", new Dense(trial.Units, new DenseOptions { WeightInitializer = He.Normal })), ("module.activation", new Relu()),
                ("prediction", new Dense(2 * trial.Units, new DenseOptions { WeightInitializer = Constant.Zero }))).Build(Shape.Batch(2 * trial.Units), trial.Seed);
            _plan = SegmentPlan.CompileTop(model, new MeanSquaredError(), targetsAreLate: true, new UpdateMemory(model, new Adam()), inputGradient: false, options);
            _slot = _plan.CreateSlot();
            _slot.Count = trial.BatchSize;
        }

        /// <summary>Of predictions and truths, averaged over the last windows.</summary>
        public double Cosine { get; private set; }

        public void Predict(float[] state, float factor, Span<float> gradient)
        {
            state.CopyTo(_slot.Features);
            _plan.Forward(_slot);
            for (var i = 0; i < gradient.Length; i++) gradient[i] = factor * _plan.Output[i];
        }

        public bool Learn(float[] state, float[] truth, float factor, float rate)
        {
            state.CopyTo(_slot.Features);
            _plan.Forward(_slot);
            var (product, said, meant) = (0.0, 0.0, 0.0);
            for (var i = 0; i < truth.Length; i++)
            {
                _plan.Late[i] = factor * truth[i];
                product += _plan.Output[i] * (double)truth[i];
                said += Math.Pow(_plan.Output[i], 2);
                meant += Math.Pow(truth[i], 2);
            }

            if (said * meant > 0) Cosine += CosineRate * ((product / Math.Sqrt(said * meant)) - Cosine);
            _plan.Backward();
            var (_, isFinite) = _plan.Check();
            if (isFinite) _plan.Commit(_commits++, rate, GradientChange.None);
            return isFinite;
        }

        public void Dispose() => _plan.Dispose();
    }
}
