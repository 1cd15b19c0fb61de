using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

/// <summary>Patients, and what the doctor says of them.</summary>
internal static class Clinic
{
    public static TrainerOptions Options { get; } = Small.Options with { Standardize = false };

    public static Dataset Samples { get; } = Small.Rings(602, 1);

    public static Dataset HeldOut { get; } = Small.Rings(300, 2);

    /// <summary>A small network after a healthy fit.</summary>
    public static Model Trained(Model? model = null)
    {
        model ??= Small.Model();
        new Trainer(model, Small.Loss, Options).Fit(Samples);
        return model;
    }

    /// <summary>All that can be known of a fit of the small problem.</summary>
    public static Patient Patient(Model model) => new() { Model = model, Loss = Small.Loss, BatchSize = Options.BatchSize, Training = Samples, Evaluation = HeldOut };

    public static Finding[] Find(string code, Patient patient) => [.. Doctor.Examine(patient).Findings.Where(finding => finding.Code == code)];

    public static Finding[] Find(string code, Model model) => Find(code, new Patient { Model = model });

    /// <summary>The one finding of that code, which has all that a reader needs.</summary>
    public static Finding Single(string code, Patient patient)
    {
        var finding = Assert.Single(Find(code, patient));
        Assert.Matches("[.]$", finding.Message);
        Assert.Matches("[.]$", finding.Remedy);
        Assert.NotEmpty(finding.Evidence);
        return finding;
    }

    public static Finding Single(string code, Model model) => Single(code, new Patient { Model = model });

    public static double Number(this Finding finding, string name) => Assert.Single(finding.Evidence, item => item.Name == name).Value;

    public static Model Network(params NamedLayer[] layers) => new Sequential(layers).Build(Shape.Batch(Small.Features), 3);

    /// <summary>Product, normalisation with the given options, ReLU, output.</summary>
    public static Model Normalized(BatchNormOptions options, int units = 24) =>
        Network(("hidden", new Dense(units)), ("bn", new BatchNorm(options)), ("relu", new Relu()), ("out", new Dense(Small.Classes)));

    public static Span<double> State(this Model model, string layer, string part) => model.States[$"{layer}.{part}"].Span;

    public static BatchNormNode Norm(this Model model, string name) => model.Nodes.OfType<BatchNormNode>().Single(node => node.Name == name);
}
