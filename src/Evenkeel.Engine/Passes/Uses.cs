using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;

namespace Evenkeel.Engine.Passes;

/// <summary>Who reads and who writes a buffer.</summary>
internal sealed class Uses
{
    private readonly Dictionary<PlanBuffer, List<Step>> _readers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PlanBuffer, List<Step>> _writers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<PlanBuffer> _results;

    public Uses(LoweringContext context)
    {
        _results = context.Results;
        foreach (var step in context.Steps)
        {
            foreach (var access in step.Reads) Note(_readers, access.Buffer, step);
            foreach (var access in step.Writes) Note(_writers, access.Buffer, step);
        }
    }

    /// <summary>The steps that read the buffer.</summary>
    public IReadOnlyList<Step> Readers(PlanBuffer buffer) => _readers.TryGetValue(buffer, out var steps) ? steps : [];

    /// <summary>The steps that write the buffer.</summary>
    public IReadOnlyList<Step> Writers(PlanBuffer buffer) => _writers.TryGetValue(buffer, out var steps) ? steps : [];

    /// <summary>Whether the buffer is something that the caller of a plan reads, or memory that outlives a run.</summary>
    public bool IsVisible(PlanBuffer buffer) => buffer.IsPinned || _results.Contains(buffer);

    private static void Note(Dictionary<PlanBuffer, List<Step>> uses, PlanBuffer buffer, Step step)
    {
        if (!uses.TryGetValue(buffer, out var steps)) uses[buffer] = steps = [];
        if (!steps.Contains(step)) steps.Add(step);
    }
}
