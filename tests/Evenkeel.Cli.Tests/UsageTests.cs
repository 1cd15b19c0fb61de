using Evenkeel.Cli.Parsing;

namespace Evenkeel.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("EK0601", "Did you mean 'train'?", "trian")]
    [InlineData("EK0601", "[evenkeel lab] there is no verb 'rnu'. Did you mean 'run'?", "lab", "rnu")]
    [InlineData("EK0603", "[evenkeel lab run] --seeds got '0'", "lab", "run", "ioffe2015/mnist", "--seeds", "0")]
    [InlineData("EK0602", "Did you mean '--epochs'?", "train", "--epoch", "3")]
    [InlineData("EK0602", "Did you mean '--threads'?", "bench", "--thread=2")]
    [InlineData("EK0603", "a number above 0", "train", "--lr", "0,1")]
    [InlineData("EK0603", "an integer from 1", "train", "--batch-size", "0")]
    [InlineData("EK0603", "sizes with commas", "train", "--hidden", "100;100")]
    [InlineData("EK0603", "dataset", "eval", "somewhere")]
    [InlineData("EK0603", "one argument too many", "train", "glyphs", "mnist")]
    [InlineData("EK0604", "Did you mean 'relu'?", "train", "--activation", "rleu")]
    [InlineData("EK0604", "Did you mean 'batch'?", "train", "--norm", "bacth")]
    [InlineData("EK0604", "Did you mean 'mlp'?", "train", "--model", "mpl")]
    [InlineData("EK0604", "Did you mean 'adam'?", "train", "--optimizer", "adma")]
    [InlineData("EK0604", "Did you mean 'cosine'?", "train", "--schedule", "cosin")]
    [InlineData("EK0604", "Did you mean 'mlp'?", "inspect", "mpl")]
    [InlineData("EK0605", "Give one of them", "train", "--epochs", "1", "--steps", "2")]
    [InlineData("EK0605", "stays in its folder", "train", "--resume", "a", "--out", "b")]
    [InlineData("EK0605", "Early stopping", "train", "--patience", "2", "--validation", "0")]
    [InlineData("EK0605", "Give one of them", "train", "--clip-norm", "1", "--clip-value", "1")]
    [InlineData("EK0605", "Give one of them", "train", "--clip-value", "1", "--clip-adaptive", "0.01")]
    [InlineData("EK0604", "Did you mean 'spectral'?", "train", "--weights", "spectrla")]
    [InlineData("EK0603", "to below 1", "train", "--ema", "1")]
    [InlineData("EK0604", "Did you mean 'crop-flip'?", "train", "--augment", "crop_flip")]
    [InlineData("EK0604", "Did you mean 'one_cycle'?", "train", "--schedule", "one-cycle")]
    [InlineData("EK0606", "no case has", "bench", "--case", "tarin/")]
    [InlineData("EK0335", "Did you mean 'mnist'?", "train", "mnits")]
    [InlineData("EK0602", "See `evenkeel train --help`.", "train", "--quickly")]
    [InlineData("EK0603", "--json stands before the verb", "--json", "train")]
    public async Task A_wrong_command_line_ends_with_2_and_says_what_was_meant(string code, string remedy, params string[] args)
    {
        var run = await Support.Cli.RunAsync(args);
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.StartsWith(code + ": ", run.Error.Split('\n').Last(static line => line.Length > 0), StringComparison.Ordinal);
        Assert.Contains(remedy, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Evenkeel", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_ends_with_1_and_is_an_object_under_json()
    {
        var run = await Support.Cli.RunAsync("eval", "/no/such/run", "glyphs", "--json");
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Equal("eval", run.Json.GetProperty("command").GetString());
        var error = run.Json.GetProperty("error");
        Assert.StartsWith(error.GetProperty("code").GetString() + ": ", run.Error, StringComparison.Ordinal);
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task The_stack_is_shown_only_on_request()
    {
        using StringWriter output = new(), error = new();
        await CommandLine.RunAsync(["eval", "/no/such/run", "glyphs"], new Terminal(output, error, TextReader.Null) { ShowsStack = true });
        Assert.Contains("   at Evenkeel", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_that_nobody_foresaw_is_named_and_has_a_code()
    {
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(["bench", "--list"], new Terminal(new FullDisk(), error, TextReader.Null));
        Assert.Equal(ExitCode.Failure, exit);
        Assert.StartsWith("EK0699: [evenkeel bench] IOException: No space left on device.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_verb_the_help_is_shown()
    {
        var run = await Support.Cli.RunAsync();
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.All(["train", "eval", "predict", "inspect", "data", "bench"], verb => Assert.Contains($"  {verb}", run.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("eval")]
    [InlineData("predict")]
    [InlineData("inspect")]
    [InlineData("data")]
    [InlineData("bench")]
    [InlineData("lab", "run")]
    public async Task Every_verb_has_help_and_json(params string[] verb)
    {
        var run = await Support.Cli.SucceedAsync([.. verb, "--help"]);
        Assert.Contains("--json", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Examples:\n  evenkeel {string.Join(' ', verb)}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_example_of_the_help_is_a_command_line_of_its_verb()
    {
        var root = CommandLine.Root(new Terminal(TextWriter.Null, TextWriter.Null, TextReader.Null));
        var verbs = root.Subcommands.Concat(root.Subcommands.SelectMany(static verb => verb.Subcommands)).ToArray();
        Assert.All(verbs, verb =>
        {
            var examples = Assert.IsType<Verb>(verb).Examples;
            Assert.NotEmpty(examples);
            foreach (var example in examples)
            {
                var parsed = root.Parse(example);
                Assert.True(parsed.Errors.Count == 0 && parsed.UnmatchedTokens.Count == 0, $"{example}: {string.Join(' ', parsed.Errors)}");
                Assert.StartsWith(Options.Verb(parsed.CommandResult), $"evenkeel {example}", StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [InlineData("inspect", "runs/none")]
    [InlineData("doctor", "none.safetensors")]
    [InlineData("eval", "runs/none", "glyphs")]
    [InlineData("predict", "runs/none", "x.png")]
    public async Task A_checkpoint_that_is_not_there_is_said_to_be_missing(params string[] args)
    {
        var run = await Support.Cli.RunAsync(args);
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.StartsWith($"EK0880: [Checkpoint '{args[1]}'] there is no such file or folder.", run.Error, StringComparison.Ordinal);
    }

    private sealed class FullDisk : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device.");
    }
}
