using System.Reflection;
using System.Runtime.CompilerServices;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Passes;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Lab.Experiments;
using Evenkeel.Layers;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Activations;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Training.Metrics;

namespace Evenkeel.House.Tests;

/// <summary>A thing that configurations, checkpoints or the command line can name has an entry in its family's table.</summary>
public sealed class NameTableTests
{
    // Layers that are code cannot be written into a configuration: their table would have nothing to read.
    private static readonly Type[] LayersOfCode = [typeof(Functional)];

    [Fact]
    public void Every_activation_is_in_its_table() => Complete(
        Implementations(typeof(IActivation)).Select(static type => (string)type.GetProperty("Name", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!), ActivationTable.Names);

    /// <summary>Families whose names stand in a page of the reference, each with its page.</summary>
    public static TheoryData<string, string[]> Pages => new()
    {
        { "activations", [.. ActivationTable.Names] },
        { "initializers", [.. InitializerTable.Names, .. NamedInitializers.Names] },
        { "layers", [.. LayerTable.Names] },
        { "models", [.. ModelTable.Names] },
        { "normalizations", [.. NormTable.Names] },
        { "optimizers", [.. OptimizerTable.Names, .. ScheduleTable.Names] },
        { "losses-and-metrics", [.. LossTable.Names, .. MetricTable.Names] },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_name_stands_in_its_page_of_the_reference(string page, string[] names)
    {
        var text = Repository.Read($"docs/reference/{page}.md");
        Expect.None(names.Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal)), $"Not in docs/reference/{page}.md:");
    }

    [Fact]
    public void Every_layer_is_in_its_table() => Complete(Implementations(typeof(Layer)).Except(LayersOfCode).Select(static type => ((Layer)Raw(type)).Kind), LayerTable.Names);

    [Fact]
    public void Every_loss_is_in_its_table() => Complete(Implementations(typeof(Loss)).Select(static type => ((Loss)Raw(type)).Name), LossTable.Names);

    [Fact]
    public void Every_metric_is_in_its_table() => Complete(Implementations(typeof(Metric)).Except([typeof(TopAccuracy)]).Select(static type => ((Metric)Raw(type)).Name), MetricTable.Names);

    [Fact]
    public void Every_optimizer_is_in_its_table() => Complete(Implementations(typeof(UpdateMethod)).Select(static type => ((UpdateMethod)Raw(type)).Name), OptimizerTable.Names);

    [Fact]
    public void Every_schedule_is_in_its_table() => Complete(Implementations(typeof(Schedule)).Select(static type => ((Schedule)Raw(type)).Name), ScheduleTable.Names);

    [Fact]
    public void Every_experiment_is_in_its_table() => Complete(Implementations(typeof(Experiment)).Select(static type => type.Name), ExperimentTable.All.Select(static experiment => experiment.GetType().Name));

    /// <summary>A model's class is named in the table's names, whatever depth or variant follows: <c>Vgg</c> by <c>vgg11</c>, <c>CifarResNet</c> and <c>ResNet</c> by <c>resnet20</c> and <c>resnet50</c>.</summary>
    [Fact]
    public void Every_model_is_in_its_table()
    {
        var models = typeof(ModelTable).Assembly.GetExportedTypes()
            .Where(static type => type is { IsAbstract: true, IsSealed: true } && type.Namespace == typeof(Mlp).Namespace && type != typeof(ModelTable))
            .Where(static type => type.GetMethods().Any(static method => method.Name == "Create" && method.GetParameters().Any(static parameter => parameter.ParameterType == typeof(ModelOptions))))
            .Select(static type => type.Name.ToLowerInvariant()).ToArray();
        Assert.True(models.Length >= 7);
        Expect.None(models.Where(static model => !ModelTable.Names.Any(name => name.Replace("-", "", StringComparison.Ordinal).StartsWith(model.Replace("cifar", "", StringComparison.Ordinal), StringComparison.Ordinal))), "Not in the table:");
    }

    [Fact]
    public void Every_dataset_that_needs_no_path_is_in_its_table() => Complete(
        typeof(Dataset).Assembly.GetExportedTypes().Where(static type => type is { IsAbstract: true, IsSealed: true } && type.GetMethods().Any(static method => method.Name == "Load" && method.ReturnType == typeof(DatasetParts)))
            .Select(static type => type.GetField("Name")?.GetRawConstantValue()).OfType<string>(),
        DatasetTable.Names);

    [Fact]
    public void Every_node_has_a_lowering() => Expect.None(
        typeof(Node).Assembly.GetExportedTypes().Where(static type => type is { IsAbstract: false, IsClass: true } && typeof(Node).IsAssignableFrom(type)).Except(LoweringTable.NodeTypes).Select(static type => type.Name), "Nodes without a lowering:");

    [Fact]
    public void Every_pass_is_in_the_list() => Complete(Implementations(typeof(Pass)).Select(static type => ((Pass)Raw(type)).Name), PassList.All.Select(static pass => pass.Name));

    private static void Complete(IEnumerable<string> things, IEnumerable<string> names)
    {
        var all = things.ToArray();
        Assert.NotEmpty(all);
        Expect.None(all.Except(names), "Not in the table:");
    }

    private static IEnumerable<Type> Implementations(Type family) =>
        Repository.Files("src", "*.csproj").Select(static path => Path.GetFileNameWithoutExtension(path)).Where(static name => name != "Evenkeel.Cli")
            .SelectMany(static room => Assembly.Load(room).GetExportedTypes())
            .Where(type => type is { IsAbstract: false, IsInterface: false, IsNested: false } && family.IsAssignableFrom(type));

    // Names are constants of their types; no option is needed to read one.
    private static object Raw(Type type) => RuntimeHelpers.GetUninitializedObject(type);
}
