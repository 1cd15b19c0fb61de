using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Tests;

internal static class Assertions
{
    /// <summary>The code and every given fragment must be in the message: tests assert texts, not only types.</summary>
    public static T Refused<T>(string code, Action act, params string[] fragments)
        where T : EvenkeelException
    {
        var error = Assert.Throws<T>(act);
        Assert.Equal(code, error.Code);
        foreach (var fragment in fragments) Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
        return error;
    }

    public static float[] ReadFeatures(Dataset dataset, int index)
    {
        var features = new float[dataset.Shape.Length];
        dataset.Read(index, features);
        return features;
    }

    /// <summary>A dataset whose sample i is [i, i + 0.5] with class i % classes.</summary>
    public static Dataset Counting(int count, int classes = 10) =>
        Dataset.From(count, [2], (i, x) => (x[0], x[1]) = (i, i + 0.5f), i => i % classes, TargetSpec.Classes(classes), "counting");
}
