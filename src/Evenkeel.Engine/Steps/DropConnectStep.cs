using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.DropConnect;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Engine.Steps;

/// <summary>A product with weights of which every sample drops its own, or one of its gradients. The product draws the masks, the gradients read them.</summary>
public sealed class DropConnectStep : Step, ILowering<DropConnectNode>, ILowering<DropConnectBackwardNode>
{
    private const int MostRowPieces = 16;

    private readonly Kind _kind;
    private readonly (int Inputs, int Units) _shape;
    private readonly KeepBits _keep;
    private readonly KernelEntry<MaskedProductArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _weight;
    private PlanBuffer _output;
    private PlanBuffer _mask;
    private ulong _key;

    private DropConnectStep(string name, Kind kind, float rate, (Value Input, Value Weight, Value Output, Value Mask) values, LoweringContext context)
        : base(name)
    {
        (_kind, _keep) = (kind, new KeepBits(rate));
        _shape = (values.Weight.Shape.Sizes[0], values.Weight.Shape.Channels);
        (_input, _weight, _output, _mask) = (context.BufferOf(values.Input), context.BufferOf(values.Weight), context.BufferOf(values.Output), context.BufferOf(values.Mask));
        _kernel = kind switch
        {
            Kind.Product => KernelEntry<MaskedProductArguments>.Of<MaskedProduct>(context.Width),
            Kind.InputGradient => KernelEntry<MaskedProductArguments>.Of<MaskedProductInputGradient>(context.Width),
            _ => KernelEntry<MaskedProductArguments>.Of<MaskedProductWeightGradient>(context.Width),
        };
    }

    private enum Kind
    {
        Product,
        InputGradient,
        WeightGradient,
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _kind switch
    {
        Kind.Product => [new(_input, false), new(_weight, false)],
        Kind.InputGradient => [new(_weight, false), new(_output, false), new(_mask, false)],
        _ => [new(_input, false), new(_output, false), new(_mask, false)],
    };

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => _kind switch
    {
        Kind.Product => [new(_output, false), new(_mask, false)],
        Kind.InputGradient => [new(_input, false)],
        _ => [new(_weight, false)],
    };

    /// <summary>Adds the step; in evaluation a plain product, and that of the squares where somebody needs it.</summary>
    public static void Lower(DropConnectNode node, LoweringContext context)
    {
        var (input, weight) = (node.Inputs[0], node.Inputs[1]);
        if (context.Mode == PlanMode.Train)
        {
            context.Add(new DropConnectStep(node.Name, Kind.Product, node.Rate, (input, weight, node.Output, node.Mask), context));
            return;
        }

        AddProduct(node.Name, input, weight, node.Output, context);
        if (!context.IsUsed(node.Variance)) return;
        var (inputs, weights) = (new MultiplyNode($"{node.Name}.input_squares", input, input), new MultiplyNode($"{node.Name}.weight_squares", weight, weight));
        MultiplyStep.Lower(inputs, context);
        MultiplyStep.Lower(weights, context);
        AddProduct($"{node.Name}.variance", inputs.Output, weights.Output, node.Variance, context);
    }

    /// <summary>Adds the steps of the gradients that somebody needs.</summary>
    public static void Lower(DropConnectBackwardNode node, LoweringContext context)
    {
        var (cotangent, input, weight, mask) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Inputs[3]);
        if (context.IsUsed(node.InputCotangent)) context.Add(new DropConnectStep($"{node.Name}.input", Kind.InputGradient, node.Rate, (node.InputCotangent, weight, cotangent, mask), context));
        if (context.IsUsed(node.WeightCotangent)) context.Add(new DropConnectStep($"{node.Name}.weight", Kind.WeightGradient, node.Rate, (input, node.WeightCotangent, cotangent, mask), context));
    }

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _kind == Kind.WeightGradient ? Math.Min(_shape.Inputs, MostRowPieces) : SampleCut.BroadPieces(count);

    /// <inheritdoc/>
    public override void Begin(Frame frame) => _key = _key == 0 && _kind == Kind.Product ? new RandomStream(frame.Seed, Name).Key : _key;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var ofRows = _kind == Kind.WeightGradient;
        var (first, end) = SampleCut.Piece(part.Piece, Pieces(phase, frame.Count), ofRows ? _shape.Inputs : frame.Count);
        var arguments = new MaskedProductArguments
        {
            Input = frame.Floats(_input),
            Weight = frame.Floats(_weight),
            Output = frame.Floats(_output),
            Bits = (uint*)frame.Floats(_mask),
            Inputs = _shape.Inputs,
            Units = _shape.Units,
            Kept = (float)(1 / _keep.Probability),
            FirstSample = ofRows ? 0 : first,
            EndSample = ofRows ? frame.Count : end,
            FirstRow = ofRows ? first : 0,
            EndRow = ofRows ? end : _shape.Inputs,
        };
        if (_kind == Kind.Product)
        {
            var words = KeepBits.Words(_shape.Inputs, _shape.Units);
            for (var sample = first; sample < end; sample++)
                _keep.Fill(arguments.Bits + ((long)sample * words), (ulong)sample * (ulong)words, words, (ulong)frame.Attempt, _key);
        }

        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_weight == buffer) _weight = by;
        if (_output == buffer) _output = by;
        if (_mask == buffer) _mask = by;
    }

    /// <inheritdoc/>
    public override string Describe() => _kind switch
    {
        Kind.Product => $"product with dropped weights {_input.Shape} x {_weight.Shape} -> {_output.Shape}",
        Kind.InputGradient => $"gradient by the input through kept weights, {_input.Shape}",
        _ => $"gradient of kept weights, {_weight.Shape}",
    };

    private static void AddProduct(string name, Value left, Value right, Value result, LoweringContext context)
    {
        var product = new MatrixProductNode(name, left, right);
        context.Assign(product.Output, context.BufferOf(result));
        MatrixProductStep.Lower(product, context);
    }
}
