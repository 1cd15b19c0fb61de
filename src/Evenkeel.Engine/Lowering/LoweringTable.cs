using Evenkeel.Engine.Steps;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Lowering;

/// <summary>The one table of lowerings by node type; programs add their own nodes by a static generic call, without reflection.</summary>
public static class LoweringTable
{
    private static readonly Lock Gate = new();

    // Replaced as a whole, so readers need no lock.
    private static volatile Dictionary<Type, Action<Node, LoweringContext>> entries = BuiltIn();

    /// <summary>The node types that can be run.</summary>
    public static IReadOnlyCollection<Type> NodeTypes => entries.Keys;

    /// <summary>Teaches the engine to run a node type; a later call for the same type wins.</summary>
    public static void Register<TNode, TLowering>()
        where TNode : Node
        where TLowering : ILowering<TNode>
    {
        lock (Gate)
        {
            var copy = new Dictionary<Type, Action<Node, LoweringContext>>(entries);
            Add<TNode, TLowering>(copy);
            entries = copy;
        }
    }

    internal static void Lower(Node node, LoweringContext context)
    {
        if (!entries.TryGetValue(node.GetType(), out var lower)) throw EngineException.NoLowering(node.Name, node.Kind);
        lower(node, context);
    }

    private static void Add<TNode, TLowering>(Dictionary<Type, Action<Node, LoweringContext>> table)
        where TNode : Node
        where TLowering : ILowering<TNode> => table[typeof(TNode)] = static (node, context) => TLowering.Lower((TNode)node, context);

    private static Dictionary<Type, Action<Node, LoweringContext>> BuiltIn()
    {
        var table = new Dictionary<Type, Action<Node, LoweringContext>>();
        Add<InputNode, NothingToDo>(table);
        Add<ParameterNode, NothingToDo>(table);
        Add<StateNode, NothingToDo>(table);
        Add<ReshapeNode, NothingToDo>(table);
        Add<OneNode, FillOneStep>(table);
        Add<MatrixProductNode, MatrixProductStep>(table);
        Add<BiasAddNode, BiasAddStep>(table);
        Add<ColumnSumNode, ColumnSumStep>(table);
        Add<AddNode, AddStep>(table);
        Add<MultiplyNode, MultiplyStep>(table);
        Add<ScaleNode, ScaleStep>(table);
        Add<ActivationNode, ActivationStep>(table);
        Add<ActivationBackwardNode, ActivationBackwardStep>(table);
        Add<PreluNode, PreluStep>(table);
        Add<PreluBackwardNode, PreluStep>(table);
        Add<PreluSlopeNode, PreluStep>(table);
        Add<MaxoutNode, MaxoutStep>(table);
        Add<MaxoutBackwardNode, MaxoutStep>(table);
        Add<DropoutNode, DropoutStep>(table);
        Add<DropConnectNode, DropConnectStep>(table);
        Add<DropConnectBackwardNode, DropConnectStep>(table);
        Add<ExpectedActivationNode, ExpectedActivationStep>(table);
        Add<MomentNoiseNode, MomentNoiseStep>(table);
        Add<BatchNormNode, BatchNormLowering>(table);
        Add<BatchNormBackwardNode, BatchNormLowering>(table);
        Add<ConvolutionNode, ConvolutionStep>(table);
        Add<ConvolutionInputGradientNode, ConvolutionStep>(table);
        Add<ConvolutionFilterGradientNode, FilterGradientStep>(table);
        Add<MaxPoolingNode, PoolingStep>(table);
        Add<MaxPoolingBackwardNode, PoolingStep>(table);
        Add<FractionalMaxPoolingNode, FractionalPoolingStep>(table);
        Add<FractionalMaxPoolingBackwardNode, FractionalPoolingStep>(table);
        Add<AveragePoolingNode, PoolingStep>(table);
        Add<AveragePoolingBackwardNode, PoolingStep>(table);
        Add<SliceNode, SliceStep>(table);
        Add<ZeroPadNode, SliceStep>(table);
        Add<ConcatenationNode, ConcatenationStep>(table);
        Add<LayerNormNode, LayerNormStep>(table);
        Add<LayerNormBackwardNode, LayerNormBackwardStep>(table);
        Add<GroupNormNode, GroupNormStep>(table);
        Add<GroupNormBackwardNode, GroupNormBackwardStep>(table);
        Add<WeightNormNode, WeightNormStep>(table);
        Add<WeightNormBackwardNode, WeightNormBackwardStep>(table);
        Add<WhiteningNode, WhiteningStep>(table);
        Add<WhiteningBackwardNode, WhiteningBackwardStep>(table);
        Add<SpectralNormNode, SpectralNormStep>(table);
        Add<SpectralNormBackwardNode, SpectralNormBackwardStep>(table);
        Add<LocalResponseNormNode, LocalResponseStep>(table);
        Add<LocalResponseNormBackwardNode, LocalResponseStep>(table);
        Add<CarriedNode, CarriedMemory>(table);
        Add<EmbeddingNode, EmbeddingStep>(table);
        Add<EmbeddingGradientNode, EmbeddingGradientStep>(table);
        Add<SequenceMaskNode, SequenceMaskStep>(table);
        Add<SequencePoolNode, SequencePoolStep>(table);
        Add<SequencePoolBackwardNode, SequencePoolStep>(table);
        Add<MaskedBatchNormNode, MaskedBatchNormStep>(table);
        Add<MaskedBatchNormBackwardNode, MaskedBatchNormBackwardStep>(table);
        Add<AttentionNode, AttentionStep>(table);
        Add<AttentionBackwardNode, AttentionBackwardStep>(table);
        Add<RepeatNode, RepeatStep>(table);
        Add<RepeatSumNode, RepeatStep>(table);
        Add<RecurrentNode, RecurrentStep>(table);
        Add<RecurrentBackwardNode, RecurrentBackwardStep>(table);
        Add<SoftmaxCrossEntropyNode, SoftmaxCrossEntropyStep>(table);
        Add<SoftCrossEntropyNode, SoftCrossEntropyStep>(table);
        Add<MeanSquaredErrorNode, ElementLossStep>(table);
        Add<MeanAbsoluteErrorNode, ElementLossStep>(table);
        Add<HuberNode, ElementLossStep>(table);
        Add<BinaryCrossEntropyNode, ElementLossStep>(table);
        Add<HingeNode, ElementLossStep>(table);
        return table;
    }

    /// <summary>A carried state has memory of its own between runs, for every row of a batch.</summary>
    private sealed class CarriedMemory : ILowering<CarriedNode>
    {
        public static void Lower(CarriedNode node, LoweringContext context) =>
            context.Assign(node.Output, context.NewDerived(node.Name, Graph.Shapes.Shape.Of([context.Capacity, .. node.Output.Shape.Sizes])));
    }

    /// <summary>Leaves are bound, not run; a reshape is another name for its input's memory.</summary>
    private sealed class NothingToDo : ILowering<InputNode>, ILowering<ParameterNode>, ILowering<StateNode>, ILowering<ReshapeNode>
    {
        public static void Lower(InputNode node, LoweringContext context)
        {
        }

        public static void Lower(ParameterNode node, LoweringContext context)
        {
        }

        public static void Lower(StateNode node, LoweringContext context)
        {
        }

        public static void Lower(ReshapeNode node, LoweringContext context)
        {
        }
    }
}
