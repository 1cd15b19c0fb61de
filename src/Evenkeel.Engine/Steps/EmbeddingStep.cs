using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Steps;

/// <summary>Looks rows of a table up; a number that is no row stops the run, and nothing is committed.</summary>
public sealed unsafe class EmbeddingStep : SampleStep, IVerdict, ILowering<EmbeddingNode>
{
    private readonly int _padding;
    private readonly int _rows;
    private readonly int _units;
    private readonly PlanBuffer _ids;
    private readonly PlanBuffer _table;
    private PlanBuffer _output;
    private int _wrong;

    private EmbeddingStep(EmbeddingNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        (_padding, _rows, _units) = (node.Padding, node.Inputs[1].Shape.Sizes[0], node.Output.Shape.Channels);
        (_ids, _table, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output));
    }

    /// <inheritdoc/>
    public bool IsFinite => true;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [OfSamples(_ids), new(_table, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfSamples(_output)];

    /// <summary>Adds the step.</summary>
    public static void Lower(EmbeddingNode node, LoweringContext context) => context.Add(new EmbeddingStep(node, context));

    /// <inheritdoc/>
    public override void Begin(Frame frame) => _wrong = 0;

    /// <inheritdoc/>
    public void ThrowIfInvalid()
    {
        if (_wrong > 0) throw EngineException.TokenOutOfRange(Name, _rows);
    }

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, _) = SamplesOf(part);
        float* ids = frame.Floats(_ids), table = frame.Floats(_table), output = frame.Floats(_output);
        for (nint place = Shape.Rows(first); place < Shape.Rows(end); place++)
        {
            var row = new Span<float>(output + (place * _units), _units);
            var id = ids[place];
            if (!(id >= 0 && id < _rows && id == MathF.Floor(id))) Interlocked.Increment(ref _wrong);
            else if ((int)id != _padding)
            {
                new ReadOnlySpan<float>(table + ((nint)id * _units), _units).CopyTo(row);
                continue;
            }

            row.Clear();
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"look up {Shape} in a table of {_rows} rows";
}
