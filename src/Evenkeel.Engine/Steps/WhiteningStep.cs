using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Steps;

/// <summary>Makes the matrix that decorrelates channels, a piece per block, and what a commit would make of the running one.</summary>
public sealed class WhiteningStep : Step, ILowering<WhiteningNode>
{
    private readonly WhiteningNode _node;
    private readonly Shape _shape;
    private readonly WhiteningBlocks _blocks;
    private readonly PlanBuffer? _moments;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer _running;
    private readonly PlanBuffer _weight;
    private readonly PlanBuffer _candidate;
    private PlanBuffer _output;

    private WhiteningStep(WhiteningNode node, LoweringContext context)
        : base(node.Name)
    {
        (_node, _shape, _blocks) = (node, node.Output.Shape, new WhiteningBlocks(node.InputShape, node.Options));
        _moments = node.UsesRunning || context.Mode == PlanMode.Evaluate ? null : context.BufferOf(node.Moments);
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        (_running, _weight) = (context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]));
        (_output, _candidate) = (context.BufferOf(node.Output), context.BufferOf(node.Candidate));
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override long ScratchFloats => _blocks.ScratchFloats;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => ((PlanBuffer?[])[_moments, _running, _weight, _gamma]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false), new(_candidate, false)];

    /// <summary>Adds the step; where it takes the running matrix nobody needs the moments.</summary>
    public static void Lower(WhiteningNode node, LoweringContext context)
    {
        var step = new WhiteningStep(node, context);
        if (step._moments is null) context.LeaveOut(node.Moments);
        context.Add(step);
    }

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _blocks.Count;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (first, size, entry) = _blocks[part.Piece];
        var channels = _shape.Channels;
        _blocks.Load(frame, _moments, _running, _weight, part.Piece);
        double* matrix = WhiteningBlocks.Matrix(frame), candidate = frame.Doubles(_candidate), weight = frame.Doubles(_weight);
        float* output = frame.Floats(_output) + ((long)first * channels), gamma = frame.FloatsOrNull(_gamma);
        for (var row = 0; row < size; row++)
        {
            new Span<float>(output + ((long)row * channels), channels).Clear();
            for (var column = 0; column < size; column++) output[((long)row * channels) + first + column] = (float)(matrix[(row * size) + column] * (gamma == null ? 1 : gamma[first + column]));
        }

        var rate = _moments is null ? 0 : _node.Options.RunningAverage.RateAt((long)weight[1]);
        var average = frame.Doubles(_running) + entry;
        for (var i = 0; i < size * size; i++) candidate[entry + i] = average[i] + (rate * (matrix[i] - average[i]));
        if (part.Piece > 0) return;
        candidate[_blocks.Entries] = weight[0] + (rate * (1 - weight[0]));
        candidate[_blocks.Entries + 1] = weight[1] + 1;
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"decorrelating matrix {_shape}, {_blocks.Count} blocks{(_moments is null ? " of the running one" : "")}";
}
