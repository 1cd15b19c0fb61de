using System.Globalization;
using System.Text.Json;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;
using Evenkeel.Data.Transforms;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Models;
using Evenkeel.Records;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.Safetensors;

namespace Evenkeel.Training.Checkpoints;

/// <summary>A model on disk: one safetensors file with parameters (F32, weights <c>[inputs, outputs]</c>), states (F64), and metadata that rebuild and feed the model.</summary>
/// <remarks>Opening reads the header alone. All members may be called from several threads at once, <see cref="LoadInto"/> only while no plan of the model is running.</remarks>
public sealed class Checkpoint : IDisposable
{
    private readonly SafetensorsFile _file;

    private Checkpoint(SafetensorsFile file, Func<string, JsonElement, ITransform?>? ownTransforms)
    {
        _file = file;
        if (Text(CheckpointFormat.FormatKey) != CheckpointFormat.Name) throw TrainingErrors.Foreign(Path, "it is a safetensors file, but its metadata do not name the format evenkeel-checkpoint");
        var version = Text(CheckpointFormat.VersionKey) ?? "none";
        if (version != CheckpointFormat.Version.ToString(CultureInfo.InvariantCulture)) throw TrainingErrors.Version(Path, version, CheckpointFormat.Version);
        ModelJson = Text(CheckpointFormat.ModelKey);
        Info = new CheckpointInfo
        {
            Loss = Text(CheckpointFormat.LossKey),
            Transforms = Parse(CheckpointFormat.TransformsKey, text => TransformPipeline.FromJson(text, ownTransforms)) ?? TransformPipeline.Identity,
            SampleShape = Parse(CheckpointFormat.SampleShapeKey, static text => SampleShape.Create(Array(text, static item => item.GetInt32()))),
            ClassNames = Parse(CheckpointFormat.ClassNamesKey, static text => Array(text, static item => item.GetString() ?? throw new FormatException("a class name is null"))) ?? [],
            Table = Parse(CheckpointFormat.TableKey, TableSchema.FromJson),
            TargetScaling = Parse(CheckpointFormat.TargetScalingKey, static text =>
            {
                using var document = JsonDocument.Parse(text);
                return TargetScaling.Parse(document.RootElement);
            }),
            Dataset = Text(CheckpointFormat.DatasetKey) ?? "",
            Seed = ulong.TryParse(Text(CheckpointFormat.SeedKey) ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : throw TrainingErrors.Metadata(Path, CheckpointFormat.SeedKey, "is no number"),
            TrainerJson = Text(CheckpointFormat.TrainerKey),
        };
        State = Parse(CheckpointFormat.StateKey, static text =>
        {
            using var document = JsonDocument.Parse(text);
            return TrainingState.Read(document.RootElement);
        });
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>How to build the model, as JSON; null where only code can.</summary>
    public string? ModelJson { get; }

    /// <summary>How to feed the model and read its outputs.</summary>
    public CheckpointInfo Info { get; }

    /// <summary>All metadata as they stand in the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <summary>The tensors of the file: parameters, states, and optimizer slots behind <c>optimizer/</c>.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors => _file.Tensors;

    /// <summary>The step whose state the file holds, skipped ones counted; 0 where no trainer wrote it.</summary>
    public long Step => State?.Attempt ?? 0;

    internal TrainingState? State { get; }

    /// <summary>Opens a checkpoint and checks its header.</summary>
    /// <param name="path">A checkpoint, or a run folder: then its best weights, or the last ones where no best exist.</param>
    /// <param name="ownTransforms">Rebuilds transforms of your own by kind; null where there are none.</param>
    /// <exception cref="TrainingException">EK0520: not a checkpoint. EK0521: truncated, damaged or unreadable. EK0522: another version. EK0523: damaged metadata. EK0880: there is none.</exception>
    public static Checkpoint Open(string path, Func<string, JsonElement, ITransform?>? ownTransforms = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var isInRun = Directory.Exists(path);
        path = Resolve(path);
        if (!File.Exists(path)) throw TrainingErrors.NoCheckpoint(path, isInRun);
        SafetensorsFile? file = null;
        try
        {
            file = SafetensorsFile.Open(path);
            return new Checkpoint(file, ownTransforms);
        }
        catch (RecordsException error)
        {
            file?.Dispose();
            throw TrainingErrors.Damaged(path, error);
        }
        catch (TrainingException)
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Writes a model to a file, atomically.</summary>
    /// <param name="path">The target; its folder must exist.</param>
    /// <param name="model">No plan of it may be running.</param>
    /// <param name="info">How to feed it and read its outputs; null for nothing.</param>
    /// <returns>The size of the file in bytes.</returns>
    /// <exception cref="TrainingException">EK0526: the disk refused; the file that stood there before survives.</exception>
    public static long Save(string path, Model model, CheckpointInfo? info = null) => new CheckpointWriter(model, info ?? new CheckpointInfo(), []).Save(path, null);

    /// <summary>Opens a checkpoint, builds its model and fills in the values.</summary>
    /// <param name="path">A checkpoint or a run folder.</param>
    /// <exception cref="TrainingException">EK0520..EK0525: see <see cref="Open"/>, <see cref="BuildModel()"/> and <see cref="LoadInto"/>.</exception>
    public static Model LoadModel(string path)
    {
        using var checkpoint = Open(path);
        return checkpoint.BuildModel();
    }

    /// <summary>Builds the model from the metadata and fills in the values.</summary>
    /// <exception cref="TrainingException">EK0525: the model is code. EK0523: its description is damaged. EK0524: the tensors do not fit it.</exception>
    public Model BuildModel()
    {
        var model = Parse(CheckpointFormat.ModelKey, static text => ModelConfiguration.Parse(text).Build()) ?? throw TrainingErrors.ModelIsCode(Path);
        LoadInto(model);
        return model;
    }

    /// <summary>Fills a model's parameters and states, all of them or, on an error, none.</summary>
    /// <param name="model">No plan of it may be running; evaluation plans need a Refresh afterwards.</param>
    /// <exception cref="TrainingException">EK0524: names, types or shapes differ. EK0521: the file cannot be read.</exception>
    public void LoadInto(Model model)
    {
        Check(model.Parameters, "", SafetensorsDataType.Float32);
        Check(model.States, "", SafetensorsDataType.Float64);
        foreach (var entry in _file.Tensors)
        {
            if (!entry.Name.StartsWith(CheckpointFormat.SlotPrefix, StringComparison.Ordinal) && !model.Parameters.TryGet(entry.Name, out _) && !model.States.TryGet(entry.Name, out _))
                throw TrainingErrors.Tensors(Path, entry.Name, entry.ToString(), "not to be there");
        }

        var (parameters, states) = (model.Parameters.CloneLayout(), model.States.CloneLayout());
        Read(parameters, "");
        Read(states, "");
        model.Parameters.CopyFrom(parameters);
        model.States.CopyFrom(states);
    }

    /// <summary>Builds the network with a new last layer, and fills in all values but that layer's: transfer learning from this checkpoint.</summary>
    /// <param name="head">What stands for the last layer with weights, for example <c>new Dense(5)</c>.</param>
    /// <param name="seed">Decides the new layer's first values. Default 0.</param>
    /// <returns>The model, none of it frozen; see <see cref="ModelTransfer.Freeze"/>.</returns>
    /// <exception cref="TrainingException">EK0525: the model is code. EK0523: its description is damaged. EK0524: the tensors do not fit it.</exception>
    /// <exception cref="Layers.LayerException">EK0831, EK0832: the last layer cannot be replaced.</exception>
    public Model BuildModel(Layers.Layer head, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(head);
        var configuration = Parse(CheckpointFormat.ModelKey, ModelConfiguration.Parse) ?? throw TrainingErrors.ModelIsCode(Path);
        var model = (configuration.WithHead(head) with { Seed = seed, Frozen = [] }).Build();
        LoadBackboneInto(model);
        return model;
    }

    /// <summary>Fills a model's values but for those of its last layer with weights, all of them or, on an error, none; the file's last layer may have any shape.</summary>
    /// <param name="model">No plan of it may be running.</param>
    /// <exception cref="TrainingException">EK0524: a tensor is missing or differs. EK0521: the file cannot be read.</exception>
    /// <exception cref="Layers.LayerException">EK0831: the model has no layer besides the last one.</exception>
    public void LoadBackboneInto(Model model)
    {
        var layers = ModelTransfer.BackboneOf(model);
        bool IsMeant(string name) => layers.Any(layer => ModelTransfer.BelongsTo(name, layer));
        TensorStore<float> parameters = new(model.Parameters.Where(tensor => IsMeant(tensor.Name)).Select(static tensor => (tensor.Name, tensor.Shape)));
        TensorStore<double> states = new(model.States.Where(tensor => IsMeant(tensor.Name)).Select(static tensor => (tensor.Name, tensor.Shape)));
        Check(parameters, "", SafetensorsDataType.Float32);
        Check(states, "", SafetensorsDataType.Float64);
        Read(parameters, "");
        Read(states, "");
        foreach (var tensor in parameters) model.Parameters[tensor.Name].CopyFrom(tensor.Span);
        foreach (var tensor in states) model.States[tensor.Name].CopyFrom(tensor.Span);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    internal void LoadSlots(TensorStore<float> slots)
    {
        Check(slots, CheckpointFormat.SlotPrefix, SafetensorsDataType.Float32);
        Read(slots, CheckpointFormat.SlotPrefix);
    }

    private static string Resolve(string path)
    {
        if (!Directory.Exists(path)) return path;
        var run = RunDirectory.IsRunFolder(path) ? RunDirectory.Open(path) : throw TrainingErrors.Foreign(path, "it is a folder, but not a run folder: it has no config.json");
        return File.Exists(run.BestCheckpointPath) ? run.BestCheckpointPath : run.LastCheckpointPath;
    }

    private static T[] Array<T>(string text, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(read)];
    }

    private void Check<T>(TensorStore<T> store, string prefix, SafetensorsDataType type)
        where T : unmanaged
    {
        foreach (var tensor in store)
        {
            var name = prefix + tensor.Name;
            var expected = $"{type.FormatName()} {Shape.Of(tensor.Shape.Sizes.AsSpan())}";
            if (!_file.Contains(name)) throw TrainingErrors.Tensors(Path, name, "missing", expected);
            var entry = _file[name];
            if (entry.DataType != type || !entry.Shape.SequenceEqual(CheckpointWriter.Extents(tensor.Shape))) throw TrainingErrors.Tensors(Path, name, entry.ToString(), expected);
        }
    }

    private void Read<T>(TensorStore<T> store, string prefix)
        where T : unmanaged
    {
        try
        {
            foreach (var tensor in store) _file.Read(prefix + tensor.Name, tensor.Span);
        }
        catch (RecordsException error)
        {
            throw TrainingErrors.Damaged(Path, error);
        }
    }

    private string? Text(string key) => _file.Metadata.GetValueOrDefault(key);

    private T? Parse<T>(string key, Func<string, T> parse)
        where T : class
    {
        if (Text(key) is not { } text) return null;
        try
        {
            return parse(text);
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or InvalidOperationException or KeyNotFoundException or (EvenkeelException and not TrainingException))
        {
            throw TrainingErrors.Metadata(Path, key, $"cannot be used ({error.Message.TrimEnd('.')})", error);
        }
    }
}
