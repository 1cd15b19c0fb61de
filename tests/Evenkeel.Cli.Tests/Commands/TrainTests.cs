using System.Text.Json;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Cli.Training;
using Evenkeel.Data.Datasets;
using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class TrainTests
{
    private static readonly string[] Documented = ["command", "run", "steps", "epochs", "train_loss", "test_accuracy", "test_loss", "seconds", "samples_per_second", "weights_hash"];

    [Fact]
    public async Task Every_documented_option_is_understood()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.SucceedAsync(
            "train", "halves", "--model", "mlp", "--hidden", "8,8,8", "--activation", "sigmoid", "--norm", "batch", "--optimizer", "sgd", "--lr", "0.5", "--momentum", "0.5", "--weight-decay", "0.0001",
            "--batch-size", "20", "--steps", "40", "--schedule", "constant", "--nesterov", "on", "--label-smoothing", "0.1", "--clip-norm", "5", "--ema", "0.9", "--augment", "none", "--binarize", "--validation", "20", "--seed", "3", "--threads", "1", "--data", data.Root, "--out", data["run"], "--json");
        Assert.Equal(Documented, run.Json.EnumerateObject().Select(static item => item.Name).Take(Documented.Length));
        Assert.Equal("train", run.Json.GetProperty("command").GetString());
        Assert.Equal(data["run"], run.Json.GetProperty("run").GetString());
        Assert.Equal(40, run.Json.GetProperty("steps").GetInt64());
        Assert.Equal(5, run.Json.GetProperty("epochs").GetInt32());
        Assert.True(run.Json.GetProperty("test_accuracy").GetDouble() > 0.9);
        Assert.Equal(64, run.Json.GetProperty("weights_hash").GetString()!.Length);
        Assert.Single(run.Output.TrimEnd().Split('\n'));
        Assert.Contains("step 40/40", run.Error, StringComparison.Ordinal);
        var settings = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["run"], "config.json"))).RootElement.GetProperty("caller");
        Assert.Equal(0.5, settings.GetProperty("momentum").GetDouble());
    }

    [Fact]
    public async Task What_a_recipe_is_made_of_reaches_the_trainer_and_is_resumed_from_the_run()
    {
        using var data = new SmallDataset();
        var first = await Support.Cli.SucceedAsync(
            "train", data.Folder, "--hidden", "8", "--optimizer", "lookahead", "--label-smoothing", "0.2", "--clip-value", "0.01", "--l1", "0.001", "--max-norm", "1.5", "--ema", "0.95", "--augment", "crop", "--schedule", "one_cycle", "--epochs", "3", "--accumulate", "2", "--accumulate-statistics", "exact", "--out", data["run"], "--json");
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["run"], "config.json")));
        var trainer = document.RootElement.GetProperty("trainer");
        Assert.Equal("lookahead(period 5, retention 0.5, sgd(momentum 0.9, nesterov, weight decay 0.0005))", trainer.GetProperty("optimizer").GetString());
        Assert.Equal("softmax_cross_entropy(label smoothing 0.2)", trainer.GetProperty("loss").GetString());
        Assert.Equal("l1 0.001, maximum norm 1.5", trainer.GetProperty("regularization").GetString());
        Assert.Equal("value(0.01)", trainer.GetProperty("clipping").GetString());
        Assert.Equal(0.95f, trainer.GetProperty("average_decay").GetSingle());
        Assert.Equal("PadCrop { Pixels = 1, Border = Zero }", trainer.GetProperty("augmentations").GetString());
        Assert.Equal("one_cycle", trainer.GetProperty("schedule").GetString());
        Assert.Equal((2, "exact"), (trainer.GetProperty("accumulate").GetInt32(), trainer.GetProperty("accumulated_statistics").GetString()));
        var again = await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json");
        Assert.Equal(first.Json.ToString(), again.Json.ToString());
    }

    [Fact]
    public async Task The_doctor_looks_on_by_default_warns_on_the_terminal_and_in_the_log_and_moves_no_bit()
    {
        using var data = new SmallDataset();
        string[] run = ["train", data.Folder, "--epochs", "4", "--batch-size", "20", "--threads", "1", "--seed", "1"];
        var healthy = await Support.Cli.SucceedAsync([.. run, "--out", data["on"], "--json"]);
        Assert.DoesNotContain("warning", healthy.Error, StringComparison.Ordinal);
        var alone = await Support.Cli.SucceedAsync([.. run, "--doctor", "off", "--out", data["off"], "--json"]);
        Assert.Equal(alone.Json.GetProperty("weights_hash").GetString(), healthy.Json.GetProperty("weights_hash").GetString());

        var dropout = await Support.Cli.SucceedAsync([.. run, "--dropout", "0.5", "--out", data["dropout"]]);
        Assert.Contains("warning EK1014: [", dropout.Error, StringComparison.Ordinal);
        Assert.Contains("EK1014", await File.ReadAllTextAsync(Path.Combine(data["dropout"], "log.jsonl")), StringComparison.Ordinal);
        Assert.DoesNotContain("EK1014", (await Support.Cli.SucceedAsync([.. run, "--dropout", "0.5", "--doctor", "off", "--out", data["quiet"]])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Losses_metrics_and_first_weights_are_chosen_by_name_and_resumed()
    {
        using var data = new SmallDataset();
        var first = await Support.Cli.SucceedAsync("train", data.Folder, "--init", "orthogonal", "--loss", "softmax_cross_entropy", "--metrics", "f1,auc", "--label-smoothing", "0.1", "--epochs", "4", "--batch-size", "20", "--out", data["run"], "--threads", "1", "--json");
        Assert.Equal(["f1", "auc"], first.Json.GetProperty("test_metrics").EnumerateObject().Select(static metric => metric.Name));
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["run"], "config.json")));
        Assert.Equal(3, document.RootElement.GetProperty("model").ToString().Split("\"orthogonal\"").Length - 1);
        Assert.Equal(first.Json.ToString(), (await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json")).Json.ToString());
        var measured = await Support.Cli.SucceedAsync("eval", data["run"], data.Folder, "--metrics", "recall", "--json");
        Assert.Equal(["recall"], measured.Json.GetProperty("test_metrics").EnumerateObject().Select(static metric => metric.Name));

        foreach (var (option, value, code, text) in new[]
        {
            ("--loss", "hubber", "EK0604", "Did you mean 'huber'?"), ("--metrics", "f1,acuracy", "EK0604", "Did you mean 'accuracy'?"), ("--init", "he_norml", "EK0604", "Did you mean 'he_normal'?"),
            ("--metrics", "r2", "EK0545", "but expected values"), ("--loss", "huber", "EK0503", "targets of"),
        })
        {
            var wrong = await Support.Cli.RunAsync("train", data.Folder, option, value, "--out", data["wrong"]);
            Assert.Contains(code, wrong.Error, StringComparison.Ordinal);
            Assert.Contains(text, wrong.Error, StringComparison.Ordinal);
        }

        var both = await Support.Cli.RunAsync("train", data.Folder, "--label-smoothing", "0.1", "--loss", "huber");
        Assert.Contains("EK0605", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dropped_weights_reach_the_run_and_networks_without_a_place_for_an_option_refuse_it()
    {
        using var data = new SmallDataset();
        var first = await Support.Cli.SucceedAsync("train", data.Folder, "--norm", "none", "--dropconnect", "0.5", "--hidden", "20,10", "--steps", "4", "--batch-size", "16", "--out", data["run"], "--threads", "1", "--json");
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["run"], "config.json")));
        Assert.Equal(2, document.RootElement.GetProperty("model").ToString().Split("\"drop_connect\"").Length - 1);
        Assert.Equal(first.Json.ToString(), (await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json")).Json.ToString());
        foreach (var (model, option) in new[] { ("mlp", "--stochastic-depth"), ("vgg11", "--stochastic-depth"), ("resnet20", "--dropconnect") })
        {
            var refused = await Support.Cli.RunAsync("train", data.Folder, "--model", model, option, "0.5", "--out", data["refused"]);
            Assert.Contains("EK0353", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Kinds_of_weights_and_adaptive_clipping_reach_the_run_and_are_resumed_from_it()
    {
        using var data = new SmallDataset();
        var first = await Support.Cli.SucceedAsync("train", data.Folder, "--norm", "group", "--weights", "standardized", "--clip-adaptive", "0.02", "--hidden", "20,12", "--steps", "4", "--batch-size", "16", "--out", data["run"], "--threads", "1", "--json");
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["run"], "config.json")));
        Assert.Equal(2, document.RootElement.GetProperty("model").ToString().Split("tandardized\"").Length - 1);
        Assert.Equal("adaptive(0.02, floor 0.001)", document.RootElement.GetProperty("trainer").GetProperty("clipping").GetString());
        Assert.Equal(first.Json.ToString(), (await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json")).Json.ToString());
        Assert.Contains("EK0353", (await Support.Cli.RunAsync("train", data.Folder, "--model", "lstm", "--weights", "spectral", "--out", data["refused"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mixing_and_skipped_blocks_reach_the_run_and_are_resumed_from_it()
    {
        using var data = new SmallDataset();
        var first = await Support.Cli.SucceedAsync("train", data.Folder, "--model", "resnet20", "--stochastic-depth", "0.2", "--cutmix", "1", "--augment", "none", "--steps", "4", "--batch-size", "16", "--out", data["run"], "--threads", "1", "--json");
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["run"], "config.json")));
        Assert.Equal("CutMix { Alpha = 1 }", document.RootElement.GetProperty("trainer").GetProperty("mixing").GetString());
        Assert.Equal(9, document.RootElement.GetProperty("model").ToString().Split("\"stochastic_depth\"").Length - 1);
        var again = await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json");
        Assert.Equal(first.Json.ToString(), again.Json.ToString());
        var both = await Support.Cli.RunAsync("train", data.Folder, "--mixup", "0.2", "--cutmix", "1");
        Assert.Contains("EK0605", both.Error, StringComparison.Ordinal);
        var wide = await Support.Cli.RunAsync("train", data.Folder, "--mixup", "2", "--out", data["wide"]);
        Assert.Contains("EK0313", wide.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layers_are_trained_apart_from_each_other_where_that_is_asked_for()
    {
        using var data = new SmallDataset();
        var first = await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "8,8", "--decoupled", "cdni", "--optimizer", "adam", "--epochs", "3", "--out", data["run"], "--json");
        Assert.Contains("decoupled by cdni", first.Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["run"], "config.json")));
        Assert.StartsWith("Conditioned, cuts before every layer with weights", document.RootElement.GetProperty("trainer").GetProperty("decoupled").GetString(), StringComparison.Ordinal);
        var again = await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json");
        Assert.Equal(first.Json.ToString(), again.Json.ToString());
    }

    [Fact]
    public async Task A_run_begins_with_the_layers_of_another_one_which_stay_as_they_are()
    {
        using var data = new SmallDataset();
        await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "8,6", "--epochs", "1", "--out", data["base"]);
        var first = await Support.Cli.SucceedAsync("train", data.Folder, "--from", data["base"], "--freeze", "backbone", "--epochs", "3", "--out", data["run"], "--json");
        Assert.Contains("new last layer, frozen: backbone", first.Error, StringComparison.Ordinal);
        using (Checkpoint before = Checkpoint.Open(data["base"]), after = Checkpoint.Open(data["run"]))
        {
            Assert.Equal(before.BuildModel().Parameters["hidden2.weight"].ToArray(), after.BuildModel().Parameters["hidden2.weight"].ToArray());
            Assert.NotEqual(before.BuildModel().Parameters["output.weight"].ToArray(), after.BuildModel().Parameters["output.weight"].ToArray());
            Assert.Equal(before.Info.Transforms, after.Info.Transforms);
        }

        // What the run began with is not needed to go on with it.
        Directory.Delete(data["base"], recursive: true);
        var again = await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json");
        Assert.Equal(first.Json.ToString(), again.Json.ToString());
        var kept = await Support.Cli.SucceedAsync("train", data.Folder, "--from", data["run"], "--head", "keep", "--freeze", "hidden1", "--smoke", "--out", data["kept"]);
        Assert.Contains("frozen: hidden1", kept.Output, StringComparison.Ordinal);
        Assert.Contains("EK0605", (await Support.Cli.RunAsync("train", data.Folder, "--freeze", "backbone")).Error, StringComparison.Ordinal);
        Assert.Contains("EK0605", (await Support.Cli.RunAsync("train", data.Folder, "--from", data["run"], "--hidden", "4")).Error, StringComparison.Ordinal);
        Assert.Contains("EK0830", (await Support.Cli.RunAsync("train", data.Folder, "--from", data["run"], "--freeze", "hidden9", "--out", data["no"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Photographs_get_a_residual_network_and_crops_with_flips_and_digits_get_neither()
    {
        using var data = new SmallDataset();
        DatasetTable.Register("photographs-of-a-test", static (_, _, _) =>
        {
            var part = Dataset.FromBytes(new byte[40 * 16 * 16 * 3], [16, 16, 3], Enumerable.Range(0, 40).Select(static i => i % 2).ToArray());
            return Task.FromResult(new DatasetParts("photographs-of-a-test", part, part, "made"));
        });
        async Task<JsonElement> Configuration(string dataset, params string[] more)
        {
            var run = data[Guid.NewGuid().ToString("N")];
            await Support.Cli.SucceedAsync(["train", dataset, "--smoke", "--batch-size", "8", "--out", run, .. more]);
            return JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(run, "config.json"))).RootElement;
        }

        var photographs = await Configuration("photographs-of-a-test", "--model", "resnet20");
        Assert.Equal("AlternatingFlip { }; PadCrop { Pixels = 2, Border = Reflect }", photographs.GetProperty("trainer").GetProperty("augmentations").GetString());
        Assert.Equal("sgd(momentum 0.9, nesterov, weight decay 0.0005)", photographs.GetProperty("trainer").GetProperty("optimizer").GetString());
        Assert.Equal(30, photographs.GetProperty("caller").GetProperty("epochs").GetInt32());
        Assert.False((await Configuration("photographs-of-a-test", "--model", "mlp", "--hidden", "4")).GetProperty("trainer").TryGetProperty("augmentations", out _));
        Assert.False((await Configuration(data.Folder, "--hidden", "4")).GetProperty("trainer").TryGetProperty("augmentations", out _));
        Assert.Equal("resnet20", Defaults.For("cifar10", null).Model);
        Assert.Equal("mlp", Defaults.For("mnist", null).Model);
    }

    [Theory]
    [InlineData("lstm", "batch")]
    [InlineData("gru", "layer")]
    [InlineData("rnn", "none")]
    [InlineData("transformer", null)]
    public async Task Networks_of_sequences_read_digits_row_by_row(string model, string? normalization)
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.SucceedAsync("train", "glyphs", "--model", model, "--hidden", "6", "--norm", normalization ?? Defaults.For("glyphs", model).Norm, "--smoke", "--threads", "1", "--out", data["run"], "--json");
        Assert.Equal(2, run.Json.GetProperty("steps").GetInt64());
        var settings = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["run"], "config.json"))).RootElement;
        Assert.Contains("adam", settings.GetProperty("trainer").GetProperty("optimizer").GetString(), StringComparison.Ordinal);
        Assert.Equal(5, settings.GetProperty("caller").GetProperty("epochs").GetInt32());
        Assert.Equal(model == "transformer" ? [64, 64] : new[] { 128 }, Defaults.For("mnist", model).Hidden.ToArray());
        Assert.Equal(model == "transformer" ? "layer" : "batch", Defaults.For("mnist", model).Norm);
    }

    [Theory]
    [InlineData("16")]
    [InlineData("8", "--accumulate", "2", "--accumulate-statistics", "exact")]
    public async Task Evaluation_weighs_a_sample_by_one_over_those_that_training_normalises_together(string batch, params string[] more)
    {
        using var data = new SmallDataset();
        await Support.Cli.SucceedAsync(["train", data.Folder, "--hidden", "8", "--norm", "batch-eval", "--batch-size", batch, "--smoke", "--threads", "1", "--out", data["run"], .. more]);
        var shown = await Support.Cli.SucceedAsync("inspect", data["run"]);
        Assert.Contains("evaluation weighs a sample's own statistics by 0.0625", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recalibration_replaces_the_running_statistics_of_the_final_weights_and_resumes()
    {
        using var data = new SmallDataset();
        async Task<(string Hash, double Weight)> Train(string name, params string[] more)
        {
            var run = await Support.Cli.SucceedAsync(["train", data.Folder, "--hidden", "8", "--batch-size", "16", "--steps", "5", "--threads", "1", "--out", data[name], "--json", .. more]);
            using var checkpoint = Evenkeel.Training.Checkpoints.Checkpoint.Open(data[name]);
            return (run.Json.GetProperty("weights_hash").GetString()!, checkpoint.BuildModel().States["hidden1.bn.running_weight"].Span[0]);
        }

        var (plain, recalibrated) = (await Train("plain"), await Train("recalibrated", "--recalibrate", "3"));
        Assert.InRange(plain.Weight, 0.1, 0.5);
        Assert.Equal(1, recalibrated.Weight);
        var settings = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data["recalibrated"], "config.json"))).RootElement;
        Assert.Equal(3, settings.GetProperty("trainer").GetProperty("recalibrate_batches").GetInt32());
        var again = await Support.Cli.SucceedAsync("train", "--resume", data["recalibrated"], "--json");
        Assert.Equal(recalibrated.Hash, again.Json.GetProperty("weights_hash").GetString());
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_weights_on_one_and_two_threads_and_another_seed_others()
    {
        using var data = new SmallDataset();
        async Task<string> Hash(string seed, string threads) =>
            (await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "8", "--epochs", "2", "--seed", seed, "--threads", threads, "--out", data[$"{seed}-{threads}"], "--json")).Json.GetProperty("weights_hash").GetString()!;
        var one = await Hash("1", "1");
        Assert.Equal(one, await Hash("1", "2"));
        Assert.NotEqual(one, await Hash("2", "1"));
    }

    [Fact]
    public async Task Resuming_a_finished_run_prints_its_result_again()
    {
        using var data = new SmallDataset();
        var first = await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "8", "--norm", "none", "--optimizer", "adam", "--epochs", "2", "--out", data["run"], "--json");
        var again = await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json");
        Assert.Equal(first.Json.ToString(), again.Json.ToString());

        // There is nothing to compute: the data may be gone, unless other settings are to be compared with the run's.
        Directory.Delete(data.Folder, recursive: true);
        Assert.Equal(first.Json.ToString(), (await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--threads", "1", "--json")).Json.ToString());
        Assert.Equal(ExitCode.Usage, (await Support.Cli.RunAsync("train", "--resume", data["run"], "--lr", "0.7")).Exit);
    }

    [Fact]
    public async Task Resuming_with_another_setting_is_refused()
    {
        using var data = new SmallDataset();
        await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "8", "--epochs", "1", "--out", data["run"]);
        var run = await Support.Cli.RunAsync("train", "--resume", data["run"], "--lr", "0.7");
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Contains("EK0505", run.Error, StringComparison.Ordinal);
        Assert.Contains("learning_rate", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_train_did_not_write_is_not_resumed()
    {
        using var data = new SmallDataset();
        Directory.CreateDirectory(data["run"]);
        await File.WriteAllTextAsync(Path.Combine(data["run"], "config.json"), "{}");
        var run = await Support.Cli.RunAsync("train", "--resume", data["run"]);
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Contains("EK0608", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_not_overwritten()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.RunAsync("train", data.Folder, "--epochs", "1", "--out", data.Folder);
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Contains("EK0440", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_before_anything_is_loaded()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.RunAsync("train", "no-such-dataset", "--out", data.Folder);
        Assert.StartsWith("EK0440: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("loading", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_of_one_is_refused_before_a_run_folder_is_made()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.RunAsync("train", data.Folder, "--batch-size", "1", "--out", data["run"]);
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.StartsWith("EK1001: ", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data["run"]));
        await Support.Cli.SucceedAsync("train", data.Folder, "--batch-size", "1", "--norm", "none", "--hidden", "4", "--steps", "2", "--out", data["plain"]);
    }

    [Fact]
    public async Task Classes_without_a_sample_are_warned_of()
    {
        using var data = new SmallDataset();
        var labels = Path.Combine(data.Folder, "train-labels-idx1-ubyte");
        var bytes = await File.ReadAllBytesAsync(labels);
        bytes[^1] = 12;
        await File.WriteAllBytesAsync(labels, bytes);
        var run = await Support.Cli.SucceedAsync("train", data.Folder, "--smoke", "--hidden", "4", "--out", data["run"]);
        Assert.StartsWith("warning EK0881: [dataset 'halves/train'] 10 of 13 classes have no sample to train on: 2, 3, 4, 5, 6, 7, 8, 9 and 2 more. If a label is out of range", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_takes_two_steps()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.SucceedAsync("train", data.Folder, "--smoke", "--hidden", "4", "--batch-size", "16", "--out", data["run"], "--json");
        Assert.Equal(2, run.Json.GetProperty("steps").GetInt64());
    }

    [Fact]
    public async Task Overfitting_a_few_samples_brings_the_loss_close_to_zero()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.SucceedAsync("train", data.Folder, "--overfit", "16", "--hidden", "16", "--epochs", "60", "--out", data["run"], "--json");
        Assert.True(run.Json.GetProperty("train_loss").GetDouble() < 0.1, run.Output);
    }

    [Fact]
    public async Task A_budget_of_time_ends_a_run_in_order()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "4", "--epochs", "100000000", "--budget", "0.2", "--out", data["run"], "--json");
        Assert.Equal("out_of_time", run.Json.GetProperty("outcome").GetString());
        Assert.NotEqual(JsonValueKind.Null, run.Json.GetProperty("test_accuracy").ValueKind);
    }

    [Fact]
    public async Task Eval_finds_what_train_found()
    {
        using var data = new SmallDataset();
        var trained = await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "8", "--epochs", "2", "--out", data["run"], "--json");
        var measured = await Support.Cli.SucceedAsync("eval", data["run"], data.Folder, "--json");
        Assert.Equal(trained.Json.GetProperty("test_accuracy").GetDouble(), measured.Json.GetProperty("test_accuracy").GetDouble());
        // Another batch size changes the order of one sum of losses.
        Assert.Equal(trained.Json.GetProperty("test_loss").GetDouble(), measured.Json.GetProperty("test_loss").GetDouble(), 1e-6);
        Assert.Equal(SmallDataset.Test, measured.Json.GetProperty("samples").GetInt32());
    }
}
