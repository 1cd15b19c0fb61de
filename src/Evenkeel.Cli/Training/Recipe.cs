using Evenkeel.Data.Datasets;
using Evenkeel.Data.Transforms;
using Evenkeel.Graph.Models;

namespace Evenkeel.Cli.Training;

/// <summary>A network and all other settings together, as <c>--recipe</c> names them: a row of <see cref="RecipeTable"/>.</summary>
internal abstract class Recipe
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it reaches, for the help.</summary>
    public abstract string Summary { get; }

    /// <summary>The settings that further options change.</summary>
    public abstract TrainSettings Settings { get; }

    /// <summary>Batches over which the statistics of the final weights are measured.</summary>
    public abstract int RecalibrationBatches { get; }

    /// <summary>The recipe's optimizer; null where the settings name another one, which is made as usual.</summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="steps">How many steps are planned.</param>
    public abstract UpdateMethod? CreateOptimizer(TrainSettings settings, long steps);

    /// <summary>Sets first values that depend on the samples.</summary>
    /// <returns>What the samples go through; null for what the settings say.</returns>
    public abstract TransformPipeline? Prepare(Model model, Dataset training, CancellationToken cancellation);
}

/// <summary>The values of <c>--recipe</c>.</summary>
internal static class RecipeTable
{
    /// <summary>All recipes.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [new SpeedrunRecipe()];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(static recipe => recipe.Name);

    /// <summary>The recipe of a name; null for none.</summary>
    public static Recipe? Find(string? name) => All.FirstOrDefault(recipe => recipe.Name == name);
}
