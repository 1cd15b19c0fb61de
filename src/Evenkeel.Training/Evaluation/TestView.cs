using System.Collections.Immutable;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Training.Evaluation;

/// <summary>One way to look at an image that is tested in several ways, whose logits are then averaged.</summary>
/// <param name="IsMirrored">Whether left and right are exchanged.</param>
/// <param name="Down">By how many pixels the window moves down; the border shows mirrored pixels.</param>
/// <param name="Right">By how many pixels the window moves to the right.</param>
/// <param name="Weight">Its weight in the average, above 0; weights are divided by their sum.</param>
public readonly record struct TestView(bool IsMirrored, int Down = 0, int Right = 0, float Weight = 1);

/// <summary>Usual sets of views by their names on the command line.</summary>
public static class TestViews
{
    /// <summary>The name of one plain look.</summary>
    public const string None = "none";

    private static readonly ImmutableSortedDictionary<string, ImmutableArray<TestView>> Entries = ImmutableSortedDictionary.Create<string, ImmutableArray<TestView>>(StringComparer.Ordinal)
        .Add(None, [])
        .Add("mirror", [new(false), new(true)])
        .Add("mirror-shift", [new(false, Weight: 2), new(true, Weight: 2), new(false, -1, -1), new(true, -1, -1), new(false, 1, 1), new(true, 1, 1)]);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => Entries.Keys;

    /// <summary>The views called <paramref name="name"/>: <c>mirror</c> averages both sides; <c>mirror-shift</c> also windows moved by a pixel up and left or down and right, with half of the weight together (Jordan, arXiv 2404.00498, section 3.5).</summary>
    /// <exception cref="TrainingException">EK0544: nothing has the name.</exception>
    public static ImmutableArray<TestView> Create(string name) => Entries.TryGetValue(name, out var views) ? views : throw TrainingErrors.NoViews(name, DidYouMean.Remedy(name, Entries.Keys));
}
