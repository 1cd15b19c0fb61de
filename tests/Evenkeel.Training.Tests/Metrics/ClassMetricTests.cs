using Evenkeel.TestKit;
using Evenkeel.Training.Metrics;

namespace Evenkeel.Training.Tests.Metrics;

public sealed class ClassMetricTests
{
    // Three classes; taken for: 0 0 1 | 1 | 2 0 (true classes 0 0 0 | 1 | 2 2).
    private static readonly int[] Labels = [0, 0, 0, 1, 2, 2];
    private static readonly float[] Outputs = [9, 1, 1, 5, 0, 0, 0, 7, 1, 2, 3, 1, 0, 1, 4, 3, 1, 2];

    private static EvaluationBatch Batch => new() { Count = 6, OutputsPerSample = 3, Outputs = Outputs, Labels = Labels };

    [Fact]
    public void A_confusion_matrix_counts_what_was_taken_for_what()
    {
        var matrix = new ConfusionMatrix();
        Assert.True(double.IsNaN(matrix.Value));
        matrix.Add(Batch);
        Assert.Equal([2L, 1, 0, 0, 1, 0, 1, 0, 1], from actual in Enumerable.Range(0, 3) from predicted in Enumerable.Range(0, 3) select matrix[actual, predicted]);
        Assert.Equal((2.0 / 3 + 1 + 0.5) / 3, matrix.Value, 1e-15);
        Assert.Equal((2.0 / 3, 0.5, 1.0), (matrix.Precision(0), matrix.Precision(1), matrix.Precision(2)));
        Assert.Equal((2.0 / 3, 1.0, 0.5), (matrix.Recall(0), matrix.Recall(1), matrix.Recall(2)));
        matrix.Add(Batch);
        Assert.Equal(4, matrix[0, 0]);
        matrix.Reset();
        Assert.Equal(0, matrix.Classes);
    }

    [Fact]
    public void Precision_recall_and_F1_are_means_over_classes_or_of_one()
    {
        Assert.Equal((2.0 / 3 + 0.5 + 1) / 3, Value(new Precision()), 1e-15);
        Assert.Equal((2.0 / 3 + 1 + 0.5) / 3, Value(new Recall()), 1e-15);
        Assert.Equal((2.0 / 3 + 2.0 / 3 + 2.0 / 3) / 3, Value(new F1Score()), 1e-15);
        Assert.Equal((0.5, 1.0, 2.0 / 3), (Value(new Precision(1)), Value(new Recall(1)), Value(new F1Score(1))));
        Assert.True(double.IsNaN(new F1Score().Value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Recall(-1));
    }

    [Fact]
    public void A_class_without_samples_counts_zero_to_precision_and_nothing_to_balanced_accuracy()
    {
        var (matrix, precision) = (new ConfusionMatrix(), new Precision());
        foreach (Metric metric in new Metric[] { matrix, precision }) metric.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 3, Outputs = [1, 0, 0, 0, 1, 0], Labels = [0, 1] });
        Assert.Equal(1, matrix.Value);
        Assert.Equal(2.0 / 3, precision.Value, 1e-15);
    }

    [Fact]
    public void A_single_logit_tells_two_classes_apart_by_its_sign_and_distributions_by_their_largest()
    {
        var matrix = new ConfusionMatrix();
        matrix.Add(new EvaluationBatch { Count = 4, OutputsPerSample = 1, Outputs = [2, -1, 0.1f, -3], Targets = [1, 1, 0, 0] });
        Assert.Equal([1L, 1, 1, 1], [matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]]);
        matrix.Reset();
        matrix.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 2, Outputs = [2, 1, 5, 6], Targets = [0.9f, 0.1f, 0.7f, 0.3f] });
        Assert.Equal((1L, 1L), (matrix[0, 0], matrix[0, 1]));
    }

    [Fact]
    public void Nan_is_never_the_answer()
    {
        var matrix = new ConfusionMatrix();
        matrix.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 3, Outputs = [float.NaN, -1, -2, 1, float.NaN, 0], Labels = [1, 1] });
        Assert.Equal((1L, 1L), (matrix[1, 1], matrix[1, 0]));
    }

    [Fact]
    public void The_area_under_the_curve_counts_pairs_in_the_right_order()
    {
        var random = new SeededRandom(3);
        const int Count = 200;
        // Rounded scores, so that many are equal.
        float[] scores = Array.ConvertAll(random.Normals(Count), v => MathF.Round((float)v * 2) / 2), targets = Array.ConvertAll(random.Uniforms(Count, 0, 1), u => u < 0.3 ? 1f : 0f);
        for (var i = 0; i < Count; i++) scores[i] += targets[i];
        var (right, pairs) = (0.0, 0);
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < Count; j++)
            {
                if (targets[i] == 0 || targets[j] == 1) continue;
                right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                pairs++;
            }
        }

        var area = new AreaUnderCurve();
        Assert.True(double.IsNaN(area.Value));
        area.Add(new EvaluationBatch { Count = 120, OutputsPerSample = 1, Outputs = scores.AsSpan(0, 120), Targets = targets.AsSpan(0, 120) });
        area.Add(new EvaluationBatch { Count = 80, OutputsPerSample = 1, Outputs = scores.AsSpan(120), Targets = targets.AsSpan(120) });
        Assert.Equal(right / pairs, area.Value, 1e-12);
        Assert.InRange(area.Value, 0.6, 0.9);
    }

    [Fact]
    public void The_area_of_several_classes_is_the_mean_of_each_against_the_rest()
    {
        var area = new AreaUnderCurve();
        area.Add(new EvaluationBatch { Count = 3, OutputsPerSample = 3, Outputs = [5, 0, 0, 0, 5, 0, 0, 5, 0], Labels = [0, 1, 2] });
        // Class 0 is right; class 1 ties with the sample of class 2; class 2 gets one probability everywhere.
        Assert.Equal((1 + 0.75 + 0.5) / 3, area.Value, 1e-12);
        area.Reset();
        area.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 2, Outputs = [1, 2, 3, 1], Labels = [1, 0] });
        Assert.Equal(1, area.Value);
    }

    [Fact]
    public void The_calibration_error_is_the_gap_between_confidence_and_accuracy()
    {
        var logit = (float)Math.Log(4);
        // Five answers with confidence 0.8, three of them right.
        var error = new CalibrationError(10);
        error.Add(new EvaluationBatch { Count = 5, OutputsPerSample = 2, Outputs = [logit, 0, logit, 0, logit, 0, logit, 0, logit, 0], Labels = [0, 0, 0, 1, 1] });
        Assert.Equal(0.2, error.Value, 1e-6);
        // Beside them one sure answer that is right: another bin, no gap.
        error.Add(new EvaluationBatch { Count = 1, OutputsPerSample = 2, Outputs = [100, 0], Labels = [0] });
        Assert.Equal(0.2 * 5 / 6, error.Value, 1e-6);
        var one = new CalibrationError();
        one.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 1, Outputs = [logit, -logit], Targets = [1, 1] });
        Assert.Equal(0.3, one.Value, 1e-6);
    }

    [Fact]
    public void The_table_makes_every_metric_under_its_own_name()
    {
        Assert.All(MetricTable.Names, static name => Assert.Equal(name, MetricTable.Create(name).Name));
        Assert.NotSame(MetricTable.Create("f1"), MetricTable.Create("f1"));
        var error = Assert.Throws<TrainingException>(() => MetricTable.Create("acuracy"));
        Assert.Equal("EK0541", error.Code);
        Assert.Contains("Did you mean 'accuracy'?", error.Message);
        Assert.Equal("EK0542", Assert.Throws<TrainingException>(() => MetricTable.Register("f1", static () => new F1Score())).Code);
    }

    private static double Value(Metric metric)
    {
        metric.Add(Batch);
        return metric.Value;
    }
}
