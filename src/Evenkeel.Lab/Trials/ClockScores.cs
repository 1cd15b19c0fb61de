namespace Evenkeel.Lab.Trials;

/// <summary>What the reports of two networks are worth.</summary>
internal sealed class ClockScores
{
    /// <summary>Those of the fast network.</summary>
    public Reports Fast { get; } = new();

    /// <summary>Those of the slow one.</summary>
    public Reports Slow { get; } = new();

    /// <summary>The reports of one network.</summary>
    internal sealed class Reports
    {
        private double _nats;
        private int _right, _count;

        /// <summary>The mean loss in nats.</summary>
        public double Loss => _nats / _count;

        /// <summary>The share of reports that are right.</summary>
        public double Accuracy => (double)_right / _count;

        /// <summary>Judges a report, and leaves the gradient of its loss.</summary>
        public void Add(ReadOnlySpan<float> logits, int truth, float factor, Span<float> gradient)
        {
            _nats += SoftmaxLoss.Of(logits, truth, factor, gradient);
            _right += SoftmaxLoss.Choice(logits) == truth ? 1 : 0;
            _count++;
        }
    }
}
