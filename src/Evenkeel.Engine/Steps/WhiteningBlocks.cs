using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>The diagonal blocks in which channels are decorrelated, and how their matrices are made.</summary>
internal sealed class WhiteningBlocks
{
    private readonly Shape _input;
    private readonly WhiteningOptions _options;
    private readonly KernelEntry<InverseRootArguments> _root = KernelEntry<InverseRootArguments>.Of<InverseRoot>(32);

    public WhiteningBlocks(Shape input, WhiteningOptions options)
    {
        (_input, _options) = (input, options);
        Group = Math.Min(options.GroupSize, input.Channels);
        Count = (input.Channels + Group - 1) / Group;
        Entries = Graph.Nodes.WhiteningNode.EntriesOf(input.Channels, options.GroupSize);
    }

    /// <summary>Channels of a block; the last one may have fewer.</summary>
    public int Group { get; }

    /// <summary>Blocks.</summary>
    public int Count { get; }

    /// <summary>Entries of all blocks.</summary>
    public int Entries { get; }

    /// <summary>Scratch floats of a worker: a matrix, and what the iterations need.</summary>
    public long ScratchFloats => 2 * (((long)Group * Group) + InverseRoot.Scratch(Group, _options.Iterations));

    /// <summary>The first channel of a block, its channels, and where its entries begin among those of all blocks.</summary>
    public (int First, int Size, int Entry) this[int block] => (block * Group, Math.Min(Group, _input.Channels - (block * Group)), block * Group * Group);

    /// <summary>Where the matrix of a worker's block lies.</summary>
    public static unsafe double* Matrix(Frame frame) => (double*)frame.Scratch;

    /// <summary>What the kernels work with for a block.</summary>
    public unsafe InverseRootArguments Arguments(Frame frame, PlanBuffer moments, int block)
    {
        var (first, size, _) = this[block];
        return new InverseRootArguments
        {
            Moments = frame.Floats(moments) + ((long)first * _input.Channels) + first,
            Stride = _input.Channels,
            Size = size,
            Values = _input.Rows(frame.Count),
            Epsilon = _options.Epsilon,
            Iterations = _options.Iterations,
            Root = Matrix(frame),
            Scratch = Matrix(frame) + (Group * Group),
        };
    }

    /// <summary>Puts the matrix of a block into the worker's memory: that of the batch, or the running one.</summary>
    /// <param name="frame">The worker.</param>
    /// <param name="moments">The batch's moments; null for the running matrix.</param>
    /// <param name="running">The raw running average.</param>
    /// <param name="weight">Its weight, and the number of updates.</param>
    /// <param name="block">Which block.</param>
    public unsafe void Load(Frame frame, PlanBuffer? moments, PlanBuffer running, PlanBuffer weight, int block)
    {
        if (moments is not null)
        {
            var arguments = Arguments(frame, moments, block);
            _root.Run(ref arguments);
            return;
        }

        var (_, size, entry) = this[block];
        double* matrix = Matrix(frame), average = frame.Doubles(running) + entry;
        var gathered = *frame.Doubles(weight);
        for (var i = 0; i < size * size; i++) matrix[i] = gathered > 0 ? average[i] / gathered : i % (size + 1) == 0 ? 1 : 0;
    }
}
