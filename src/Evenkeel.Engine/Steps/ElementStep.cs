using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>A sweep that makes each element of its output from the elements at the same place.</summary>
public abstract class ElementStep : SweepStep
{
    private readonly KernelEntry<ElementSweepArguments> _kernel;

    /// <summary>Creates the step.</summary>
    private protected ElementStep(string name, Shape shape, KernelEntry<ElementSweepArguments> kernel, PlanBuffer first, PlanBuffer? second, PlanBuffer? channel, PlanBuffer output, LoweringContext context)
        : base(name, shape, context)
    {
        _kernel = kernel;
        (First, Second, Channel, Output) = (first, second, channel, output);
    }

    /// <summary>The first operand.</summary>
    protected PlanBuffer First { get; private set; }

    /// <summary>The second operand, or null.</summary>
    protected PlanBuffer? Second { get; private set; }

    /// <summary>The numbers per channel or the factor, or null.</summary>
    protected PlanBuffer? Channel { get; private set; }

    /// <summary>The result.</summary>
    public PlanBuffer Output { get; private set; }

    /// <inheritdoc/>
    public sealed override IEnumerable<Access> Reads
    {
        get
        {
            yield return new(First, true);
            if (Second is not null) yield return new(Second, true);
            if (Channel is not null) yield return new(Channel, false);
        }
    }

    /// <inheritdoc/>
    public sealed override IEnumerable<Access> Writes => [new(Output, true)];

    /// <inheritdoc/>
    public sealed override PlanBuffer? InPlaceSource(PlanBuffer written) => First;

    /// <inheritdoc/>
    public sealed override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new ElementSweepArguments
        {
            First = frame.Floats(First),
            Second = frame.FloatsOrNull(Second),
            Channel = frame.FloatsOrNull(Channel),
            Output = frame.Floats(Output),
            Stride = Shape.Channels,
            Window = WindowOf(part, frame.Count),
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public sealed override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (First == buffer) First = by;
        if (Second == buffer) Second = by;
        if (Channel == buffer) Channel = by;
        if (Output == buffer) Output = by;
    }

    /// <summary>The kernel of an element function.</summary>
    private protected static KernelEntry<ElementSweepArguments> Kernel<TFunction>(LoweringContext context)
        where TFunction : struct, IElementFunction => KernelEntry<ElementSweepArguments>.Of<ElementSweep<TFunction>>(context.Width);
}
