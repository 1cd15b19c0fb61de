using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>A branch and a way around it, <c>y = branch(x) + shortcut(x)</c>.</summary>
/// <remarks>He et al., arXiv 1512.03385, equation 1; equation 2 with a shortcut that projects.</remarks>
public sealed class Residual : Layer
{
    /// <summary>Creates the sum.</summary>
    /// <param name="branch">The branch; its parameters are named <c>branch...</c>, see <see cref="BranchName"/>.</param>
    /// <param name="shortcut">What the other way does, for example a Dense layer where the branch changes the shape; null for nothing. Its parameters are named <c>shortcut...</c>, see <see cref="ShortcutName"/>.</param>
    public Residual(Layer branch, Layer? shortcut = null)
    {
        ArgumentNullException.ThrowIfNull(branch);
        Branch = branch;
        Shortcut = shortcut;
    }

    /// <summary>The branch.</summary>
    public Layer Branch { get; }

    /// <summary>The other way, or null for the input as it is.</summary>
    public Layer? Shortcut { get; }

    /// <summary>The branch's own name, the start of its parameters' names behind the layer's; empty where they are named as the layer's own. Default <c>branch</c>.</summary>
    public string BranchName { get; init; } = "branch";

    /// <summary>The shortcut's own name, not empty. Default <c>shortcut</c>.</summary>
    public string ShortcutName { get; init; } = "shortcut";

    /// <inheritdoc/>
    public override string Kind => "residual";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0121: both ways end in different shapes.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var branch = BranchName.Length == 0 ? Branch.Build(scope, input) : scope.Apply(BranchName, Branch, input);
        var shortcut = Shortcut is null ? input : scope.Apply(ShortcutName, Shortcut, input);
        if (branch.Shape != shortcut.Shape)
            throw LayerErrors.BadInput(scope.Where, input.Shape, $"two ways of one shape, but the branch gives {branch.Shape} and the shortcut {shortcut.Shape}", "Give the shortcut a layer that projects to the branch's shape.");
        return new AddNode(scope.Name, branch, shortcut).Output;
    }

    internal static Residual Read(OptionReader options) => new(options.Layer("branch"), options.OptionalLayer("shortcut"))
    {
        BranchName = options.Text("branch_name", "branch"),
        ShortcutName = options.Text("shortcut_name", "shortcut"),
    };

    internal static void Write(Residual layer, OptionWriter options)
    {
        options.Layer("branch", layer.Branch);
        if (layer.Shortcut is { } shortcut) options.Layer("shortcut", shortcut);
        options.Text("branch_name", layer.BranchName);
        options.Text("shortcut_name", layer.ShortcutName);
    }
}
