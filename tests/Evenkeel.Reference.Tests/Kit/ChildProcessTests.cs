using System.Globalization;
using Evenkeel.Numerics.Packs;
using Evenkeel.TestKit;
using Xunit.Sdk;

namespace Evenkeel.Reference.Tests.Kit;

public class ChildProcessTests
{
    [Theory]
    [InlineData(WidthSwitch.None)]
    [InlineData(WidthSwitch.NoAvx512)]
    [InlineData(WidthSwitch.NoAvx2)]
    [InlineData(WidthSwitch.NoIntrinsics)]
    public void A_switch_gives_exactly_the_widths_it_should(WidthSwitch widths)
    {
        ChildResult result = ChildProcess.RunWith(widths, static () => Console.WriteLine(string.Join(',', PackWidths.Supported)));
        Assert.Equal(string.Join(',', ChildProcess.ExpectedWidths(widths)), result.Output.Trim());
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512F")]
    [InlineData("DOTNET_EnableFMA")]
    public void The_inert_switches_change_nothing(string variable)
    {
        ChildResult result = ChildProcess.Run(static () => Console.WriteLine(string.Join(',', WidthMatrix.Supported)), new Dictionary<string, string> { [variable] = "0" });
        Assert.Equal(string.Join(',', WidthMatrix.Supported), result.AssertSuccess().Output.Trim());
    }

    [Fact]
    public void An_exception_in_the_child_is_a_failure_with_its_text()
    {
        ChildResult result = ChildProcess.Run(static () => throw new InvalidOperationException("as planned"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("as planned", Assert.Throws<XunitException>(result.AssertSuccess).Message);
    }

    [Fact]
    public void An_unexpected_width_fails_in_the_child()
    {
        Assert.ThrowsAny<XunitException>(() => WidthMatrix.AssertSupported([.. WidthMatrix.Supported, 64]));
        Assert.Equal(WidthMatrix.Supported, ChildProcess.ExpectedWidths(WidthSwitch.None));
    }

    [Fact]
    public void Arguments_reach_the_child_and_captured_variables_are_refused()
    {
        ChildResult result = ChildProcess.Run(static args => Console.WriteLine(args[0].Length + args.Length), ["with space", ""]);
        Assert.Equal("12", result.AssertSuccess().Output.Trim());
        int captured = int.Parse("3", CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => ChildProcess.Run(() => Console.WriteLine(captured)));
    }

    [Fact]
    public void A_child_can_be_killed_while_it_runs()
    {
        using System.Diagnostics.Process child = ChildProcess.Start(static _ =>
        {
            Console.WriteLine("ready");
            Thread.Sleep(Timeout.Infinite);
        });
        Assert.Equal("ready", child.StandardOutput.ReadLine());
        child.Kill();
        child.WaitForExit();
        Assert.NotEqual(0, child.ExitCode);
    }
}
