using Evenkeel.Optimization.Optimizers;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Decoupled;

/// <summary>The locks of the paper's introduction, as the order of what happens in a step.</summary>
public sealed class SegmentEventTests
{
    [Fact]
    public void With_backpropagation_no_segment_is_updated_before_all_have_gone_forward_and_backward() =>
        Assert.Equal("F1 F2 F3 B3 B2 B1 U1 U2 U3", Trace(new() { Gradients = GradientSource.Backpropagation }));

    [Fact]
    public void With_synthetic_gradients_a_segment_is_updated_before_the_next_one_goes_forward() =>
        Assert.Equal("F1 P1 B1 U1 F2 P2 B2 U2 LG1 F3 B3 U3 LG2", Trace(new() { Modules = new() { Hidden = [8] } }));

    [Fact]
    public void With_synthetic_inputs_segments_are_updated_before_anything_is_learned_from_another_one() =>
        Assert.Equal("F1 P1 B1 U1 F2 P2 B2 U2 F3 B3 U3 LI2 LG1 LI3 LG2", Trace(new() { SyntheticInputs = true, Modules = new() { Hidden = [8] } }));

    [Fact]
    public void Without_backpropagation_only_the_last_segment_goes_backward() =>
        Assert.Equal("F1 F2 F3 B3 U3", Trace(new() { Gradients = GradientSource.None }));

    private static string Trace(DecoupledOptions options)
    {
        var events = new List<SegmentEvent>();
        using var program = DecoupledProgram.Compile(Small.Model(), Small.Loss, new Sgd(), options, DecoupledProgramTests.Plans());
        program.Trace = events.Add;
        DecoupledProgramTests.Run(program, Small.Rings(60, 1), 2);
        Assert.Equal([0, 1], events.Select(static e => e.Attempt).Distinct());
        return string.Join(' ', events.Where(static e => e.Attempt == 1).Select(static e => e.Action switch { SegmentAction.LearnGradient => "LG", SegmentAction.LearnInput => "LI", var action => action.ToString()[..1] } + e.Segment));
    }
}
