using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>The gradient of the matrix that decorrelates channels, a piece per block.</summary>
public sealed class WhiteningBackwardStep : Step, ILowering<WhiteningBackwardNode>
{
    private readonly Shape _shape;
    private readonly WhiteningBlocks _blocks;
    private readonly bool _usesRunning;
    private readonly PlanBuffer _moments;
    private readonly PlanBuffer _running;
    private readonly PlanBuffer _weight;
    private readonly PlanBuffer? _gamma;
    private readonly KernelEntry<InverseRootArguments> _kernel = KernelEntry<InverseRootArguments>.Of<InverseRootBackward>(32);
    private PlanBuffer _cotangent;
    private PlanBuffer? _momentCotangent;
    private PlanBuffer? _gammaCotangent;

    private WhiteningBackwardStep(WhiteningBackwardNode node, LoweringContext context)
        : base(node.Name)
    {
        (_shape, _blocks, _usesRunning) = (node.MomentCotangent.Shape, new WhiteningBlocks(node.InputShape, node.Options), node.UsesRunning);
        (_cotangent, _moments, _running, _weight) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]), context.BufferOf(node.Inputs[3]));
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        _momentCotangent = !_usesRunning && context.IsUsed(node.MomentCotangent) ? context.BufferOf(node.MomentCotangent) : null;
        _gammaCotangent = context.IsUsed(node.GammaCotangent) ? context.BufferOf(node.GammaCotangent) : null;
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override long ScratchFloats => _blocks.ScratchFloats;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => ((PlanBuffer?[])[_cotangent, _usesRunning ? null : _moments, _running, _weight, _gamma]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => ((PlanBuffer?[])[_momentCotangent, _gammaCotangent]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <summary>Adds the step.</summary>
    public static void Lower(WhiteningBackwardNode node, LoweringContext context) => context.Add(new WhiteningBackwardStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _blocks.Count;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (first, size, _) = _blocks[part.Piece];
        var channels = _shape.Channels;
        var cotangent = frame.Floats(_cotangent) + ((long)first * channels) + first;
        var matrix = WhiteningBlocks.Matrix(frame);
        float* gamma = frame.FloatsOrNull(_gamma), gammaCotangent = frame.FloatsOrNull(_gammaCotangent);
        if (gammaCotangent != null)
        {
            _blocks.Load(frame, _usesRunning ? null : _moments, _running, _weight, part.Piece);
            for (var column = 0; column < size; column++)
            {
                var sum = 0.0;
                for (var row = 0; row < size; row++) sum += cotangent[((long)row * channels) + column] * matrix[(row * size) + column];
                gammaCotangent[first + column] = (float)sum;
            }
        }

        if (_momentCotangent is null) return;
        var moments = frame.Floats(_momentCotangent) + ((long)first * channels);
        for (var row = 0; row < size; row++)
        {
            new Span<float>(moments + ((long)row * channels), channels).Clear();
            for (var column = 0; column < size; column++) matrix[(row * size) + column] = cotangent[((long)row * channels) + column] * (gamma == null ? 1.0 : gamma[first + column]);
        }

        var arguments = _blocks.Arguments(frame, _moments, part.Piece);
        arguments.MomentGradient = moments + first;
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_momentCotangent == buffer) _momentCotangent = by;
        if (_gammaCotangent == buffer) _gammaCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"gradient of the decorrelating matrix {_shape}";
}
