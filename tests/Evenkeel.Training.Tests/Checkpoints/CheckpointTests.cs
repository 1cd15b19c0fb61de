using System.Text.Json;
using Evenkeel.Data.Transforms;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.Safetensors;
using Evenkeel.TestKit;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Checkpoints;

public sealed class CheckpointTests
{
    [Fact]
    public void A_saved_model_comes_back_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var model = Small.Model();
        new Trainer(model, Small.Loss, Small.Options with { Epochs = 1 }).Fit(Small.Rings(300, 1));
        Checkpoint.Save(folder["m.safetensors"], model);
        var loaded = Checkpoint.LoadModel(folder["m.safetensors"]);
        Assert.Equal(WeightsHash.Of(model), WeightsHash.Of(loaded));
        Assert.Equal(model.Configuration, loaded.Configuration);

        loaded.Parameters["hidden1.weight"].Span[3] += 1;
        Assert.NotEqual(WeightsHash.Of(model), WeightsHash.Of(loaded));
    }

    [Fact]
    public void The_hash_sees_states_and_one_bit()
    {
        var (left, right) = (Small.Model(), Small.Model());
        Assert.Equal(WeightsHash.Of(left), WeightsHash.Of(right));
        Assert.Matches("^[0-9a-f]{64}$", WeightsHash.Of(left));
        var mean = right.States["hidden1.bn.running_mean"].Span;
        mean[0] = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(mean[0]) ^ 1);
        Assert.NotEqual(WeightsHash.Of(left), WeightsHash.Of(right));
    }

    [Fact]
    public void A_checkpoint_says_how_to_read_it()
    {
        using var folder = new TemporaryFolder();
        var samples = Small.Rings(300, 1);
        var result = new Trainer(Small.Model(), Small.Loss, Small.Options with { Epochs = 1, RunFolder = folder["run"] }).Fit(samples);
        var run = RunDirectory.Open(result.RunFolder!);
        using var checkpoint = Checkpoint.Open(run.LastCheckpointPath);
        Assert.Equal("softmax_cross_entropy", checkpoint.Info.Loss);
        Assert.Equal(["0", "1", "2"], checkpoint.Info.ClassNames);
        Assert.Equal([Small.Features], checkpoint.Info.SampleShape!);
        var training = samples.HoldOut(Small.Options.Validation, Small.Options.Seed).First;
        Assert.Equal(Standardization.Measure(training), Assert.IsType<Standardization>(Assert.Single(checkpoint.Info.Transforms.Transforms)));
        Assert.Equal(Small.Options.Seed, checkpoint.Info.Seed);
        Assert.Equal(result.Steps, checkpoint.Step);

        using var conventions = JsonDocument.Parse(checkpoint.Metadata["conventions"]);
        Assert.Equal("[inputs, outputs]", conventions.RootElement.GetProperty("weight_layout").GetString());
        var norm = conventions.RootElement.GetProperty("batch_norm").GetProperty("hidden1.bn");
        Assert.Equal(1e-5f, norm.GetProperty("epsilon").GetSingle());
        Assert.Equal("sample (n - 1)", norm.GetProperty("running_variance").GetString());

        Assert.Contains(checkpoint.Tensors, static tensor => tensor is { Name: "hidden1.weight", DataType: SafetensorsDataType.Float32, Shape: [Small.Features, 24] });
        Assert.Contains(checkpoint.Tensors, static tensor => tensor is { Name: "hidden1.bn.running_mean", DataType: SafetensorsDataType.Float64 });
        Assert.Contains(checkpoint.Tensors, static tensor => tensor is { Name: "optimizer/velocity/hidden1.weight", DataType: SafetensorsDataType.Float32 });
    }

    [Fact]
    public void Readers_in_other_languages_are_told_of_evaluation_by_single_samples_and_of_padded_layers()
    {
        using var folder = new TemporaryFolder();
        var model = new Sequential(
            ("padded", new Masked(new Sequential(("norm", new BatchNorm(BatchNormOptions.Default with { Epsilon = 1e-3f })), ("pool", new SequencePool())))),
            ("mixed", new BatchNorm(BatchNormOptions.Default with { SampleWeight = 0.25f }))).Build(Shape.Batch(4, 3));
        Checkpoint.Save(folder["m.safetensors"], model);
        using var checkpoint = Checkpoint.Open(folder["m.safetensors"]);
        using var conventions = JsonDocument.Parse(checkpoint.Metadata["conventions"]);
        var norms = conventions.RootElement.GetProperty("batch_norm");
        Assert.Equal(0.25, norms.GetProperty("mixed").GetProperty("evaluation_sample_weight").GetDouble());
        Assert.Equal(1e-3f, norms.GetProperty("padded.norm").GetProperty("epsilon").GetSingle());
        Assert.False(norms.GetProperty("padded.norm").TryGetProperty("evaluation_sample_weight", out _));
        Assert.Equal(0.25f, checkpoint.BuildModel().Nodes.OfType<BatchNormNode>().Single().Options.SampleWeight);
    }

    [Fact]
    public void A_missing_truncated_or_foreign_file_gives_a_typed_error()
    {
        using var folder = new TemporaryFolder();
        var path = folder["m.safetensors"];
        Checkpoint.Save(path, Small.Model());
        var bytes = File.ReadAllBytes(path);
        Assert.Equal("EK0880", Code(folder["missing"]));
        foreach (var length in new[] { 0, 7, 100, bytes.Length - 1 })
        {
            File.WriteAllBytes(folder["cut"], bytes[..length]);
            Assert.Equal("EK0521", Code(folder["cut"]));
        }

        File.WriteAllText(folder["text"], "This is no checkpoint, but a text that is long enough.");
        Assert.Equal("EK0521", Code(folder["text"]));
        new SafetensorsWriter().Add<float>("w", [1], new float[] { 1 }).Save(folder["other"]);
        Assert.Equal("EK0520", Code(folder["other"]));
        Directory.CreateDirectory(folder["folder"]);
        Assert.Equal("EK0520", Code(folder["folder"]));
    }

    [Theory]
    [InlineData("format_version", "99", "EK0522")]
    [InlineData("transforms", "[{\"kind\":\"sharpen\"}]", "EK0523")]
    [InlineData("class_names", "{}", "EK0523")]
    [InlineData("sample_shape", "[0]", "EK0523")]
    [InlineData("seed", "-1", "EK0523")]
    [InlineData("state", "{\"attempt\":1}", "EK0523")]
    [InlineData("model", "{\"version\":1", "EK0523")]
    public void Damaged_metadata_gives_a_typed_error(string key, string value, string code)
    {
        using var folder = new TemporaryFolder();
        Write(folder["m"], key, value);
        Assert.Equal(code, Code(folder["m"]));
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_named_and_the_model_is_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        Checkpoint.Save(folder["m"], Small.Model());
        using var checkpoint = Checkpoint.Open(folder["m"]);
        foreach (var (layer, tensor) in new (Layer, string)[] { (new Sequential(("hidden1", new Dense(25))), "hidden1.weight"), (new Sequential(("output", new Dense(3))), "output.weight"), (new Sequential(("other", new Dense(24))), "other.weight") })
        {
            var model = layer.Build(Shape.Batch(Small.Features), 3);
            var before = WeightsHash.Of(model);
            var error = Assert.Throws<TrainingException>(() => checkpoint.LoadInto(model));
            Assert.Equal("EK0524", error.Code);
            Assert.Contains(tensor, error.Message, StringComparison.Ordinal);
            Assert.Equal(before, WeightsHash.Of(model));
        }

        // A model that has less than the file.
        var part = new Sequential(("hidden1", new Dense(24)), ("hidden1.bn", new BatchNorm())).Build(Shape.Batch(Small.Features), 3);
        Assert.Contains("not to be there", Assert.Throws<TrainingException>(() => checkpoint.LoadInto(part)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_made_by_code_is_loaded_into_the_same_code()
    {
        using var folder = new TemporaryFolder();
        static Graph.Models.Model Make(ulong seed) => new Functional(static (scope, x) => scope.Apply("output", new Dense(3), x)).Build(Shape.Batch(Small.Features), seed);
        var model = Make(1);
        Checkpoint.Save(folder["m"], model);
        Assert.Equal("EK0525", Assert.Throws<TrainingException>(() => Checkpoint.LoadModel(folder["m"])).Code);
        var other = Make(2);
        using var checkpoint = Checkpoint.Open(folder["m"]);
        checkpoint.LoadInto(other);
        Assert.Equal(WeightsHash.Of(model), WeightsHash.Of(other));
    }

    private static string Code(string path) => Assert.Throws<TrainingException>(() => Checkpoint.LoadModel(path)).Code;

    private static void Write(string path, string key, string value)
    {
        Checkpoint.Save(path + ".whole", Small.Model());
        using var whole = SafetensorsFile.Open(path + ".whole");
        var writer = new SafetensorsWriter();
        foreach (var (name, text) in whole.Metadata) writer.SetMetadata(name, text);
        writer.SetMetadata(key, value);
        foreach (var tensor in whole.Tensors)
        {
            var bytes = new byte[tensor.ByteLength];
            whole.ReadBytes(tensor.Name, bytes);
            writer.Add(tensor.Name, tensor.DataType, tensor.Shape.ToArray(), sink => sink.WriteBytes(bytes));
        }

        writer.Save(path);
    }
}
