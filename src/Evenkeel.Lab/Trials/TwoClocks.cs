using Evenkeel.Data.Datasets;
using Evenkeel.Engine;

namespace Evenkeel.Lab.Trials;

/// <summary>Two recurrences of which the slow one hears from the fast one every T steps.</summary>
/// <remarks>
/// The fast network A sees a digit per step and reports how many were odd so far; every T-th step it also sends a message, from which the slow network B reports how many threes there were so far. Nobody tells A about threes but the gradient of its message.
/// Together: both wait for the end of T^2 steps and learn once, by backpropagation through both. Apart: A learns in every step and B in every T-th; the gradients of their states, and of the message at the time when it is sent, are predicted or left out (Jaderberg et al. 2016, section 3.3).
/// </remarks>
internal sealed class TwoClocks : IDisposable
{
    private readonly TwoClockTrial _trial;
    private readonly WindowLearner _fast, _slow;
    private readonly GradientModule? _messages;
    private readonly int _classes, _fastSteps;
    private int _refused;

    /// <param name="trial">The settings.</param>
    /// <param name="pixels">Numbers of a digit.</param>
    public TwoClocks(TwoClockTrial trial, int pixels)
    {
        _trial = trial;
        _classes = trial.Steps + 1;
        _fastSteps = trial.Together ? trial.Steps : 1;
        var options = new PlanOptions { Capacity = trial.BatchSize, Threads = 1, Seed = trial.Seed };
        var rule = new WindowRule(trial.Synthetic && !trial.Together, trial.Share, trial.Rate);
        _fast = new WindowLearner("fast", new WindowSizes(_fastSteps, pixels, _classes + trial.Message, trial.Units, trial.BatchSize) { Hidden = trial.Units }, rule, trial.Seed, options);
        _slow = new WindowLearner("slow", new WindowSizes(trial.Together ? trial.Period : 1, trial.Message, _classes, trial.Units, trial.BatchSize), rule, trial.Seed, options);
        _messages = rule.Synthetic ? new GradientModule(_fast.Window.StateSize + (trial.Conditioned ? _classes : 0), trial.Message, trial.Units, trial.BatchSize, trial.Seed, options) : null;
    }

    /// <summary>The fast network, A.</summary>
    public RecurrentWindow Fast => _fast.Window;

    /// <summary>Updates that were left out because something was not finite.</summary>
    public int Refused => _refused + _fast.Refused + _slow.Refused;

    /// <summary>Of predicted gradients and what they should have been: A's state, B's state, the message; 0 where nothing is predicted.</summary>
    public double[] Cosines => [_fast.Cosine, _slow.Cosine, _messages?.Cosine ?? 0];

    /// <summary>Shows T^2 digits to every sequence.</summary>
    /// <param name="data">The digits.</param>
    /// <param name="indices">Which ones, sequence by sequence.</param>
    /// <param name="learns">Whether the networks learn; else they only report.</param>
    /// <param name="scores">Receives what the reports are worth.</param>
    public void Run(Dataset data, int[] indices, bool learns, ClockScores scores)
    {
        var counts = new DigitCounts(data, indices, _trial.Steps);
        _fast.Begin();
        _slow.Begin();
        for (var first = 0; first < _trial.Steps; first += _fastSteps)
        {
            for (var n = 0; n < _trial.BatchSize; n++)
            {
                for (var t = 0; t < _fastSteps; t++) data.Read(indices[(n * _trial.Steps) + first + t], _fast.Window.Inputs(n, t));
            }

            _fast.Forward();
            for (var n = 0; n < _trial.BatchSize; n++)
            {
                for (var t = 0; t < _fastSteps; t++) scores.Fast.Add(_fast.Window.Outputs(n, t)[.._classes], counts.Odd(n, first + t), 1f / _trial.BatchSize, _fast.Window.OutputGradients(n, t)[.._classes]);
            }

            if (_trial.Together) Hear(counts, learns, scores);
            else if (learns) LearnApart(first, counts, scores);
            else PassApart(first, counts, scores);
        }
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose()
    {
        _fast.Dispose();
        _slow.Dispose();
        _messages?.Dispose();
    }

    private bool IsTick(int step) => (step + 1) % _trial.Period == 0;

    /// <summary>B hears all messages at once; its true gradients go back into A.</summary>
    private void Hear(DigitCounts counts, bool learns, ClockScores scores)
    {
        for (var n = 0; n < _trial.BatchSize; n++)
        {
            for (var tick = 0; tick < _trial.Period; tick++) _fast.Window.Outputs(n, LastStep(tick))[_classes..].CopyTo(_slow.Window.Inputs(n, tick));
        }

        _slow.Forward();
        for (var tick = 0; tick < _trial.Period; tick++) Judge(tick, tick, counts, scores);
        if (!learns) return;
        _slow.Learn(isLast: true);
        for (var n = 0; n < _trial.BatchSize; n++)
        {
            for (var tick = 0; tick < _trial.Period; tick++) _slow.Window.InputGradients(n, tick).CopyTo(_fast.Window.OutputGradients(n, LastStep(tick))[_classes..]);
        }

        _fast.Learn(isLast: true);
    }

    /// <summary>A learns at once; B, where it ticks, after it, and then what the message's gradient should have been is known.</summary>
    private void LearnApart(int step, DigitCounts counts, ClockScores scores)
    {
        var isLast = step == _trial.Steps - 1;
        if (!IsTick(step))
        {
            _fast.Learn(isLast);
            return;
        }

        TakeMessage();
        var seen = SeenOfMessage(step, counts);
        if (_messages is not null)
        {
            var predicted = new float[_trial.BatchSize * _trial.Message];
            _messages.Predict(seen, _trial.Share, predicted);
            for (var n = 0; n < _trial.BatchSize; n++) predicted.AsSpan(n * _trial.Message, _trial.Message).CopyTo(_fast.Window.OutputGradients(n, 0)[_classes..]);
        }

        _fast.Learn(isLast);
        _slow.Forward();
        Judge(0, step / _trial.Period, counts, scores);
        _slow.Learn(isLast);
        if (_messages is null) return;
        var truth = new float[_trial.BatchSize * _trial.Message];
        for (var n = 0; n < _trial.BatchSize; n++) _slow.Window.InputGradients(n, 0).CopyTo(truth.AsSpan(n * _trial.Message));
        if (!_messages.Learn(seen, truth, _trial.Rate)) _refused++;
    }

    private void PassApart(int step, DigitCounts counts, ClockScores scores)
    {
        if (IsTick(step))
        {
            TakeMessage();
            _slow.Forward();
            Judge(0, step / _trial.Period, counts, scores);
            _slow.Pass();
        }

        _fast.Pass();
    }

    /// <summary>What A says in its one step goes to B.</summary>
    private void TakeMessage()
    {
        for (var n = 0; n < _trial.BatchSize; n++) _fast.Window.Outputs(n, 0)[_classes..].CopyTo(_slow.Window.Inputs(n, 0));
    }

    /// <summary>What the message's module sees: A's state, of which the message is a part, and B's label where it is conditioned.</summary>
    /// <remarks>From the message alone a calibrated B's gradient cannot be predicted: its mean, given what B hears, is zero.</remarks>
    private float[] SeenOfMessage(int step, DigitCounts counts)
    {
        var state = _fast.Window.EndState();
        if (!_trial.Conditioned) return state;
        var (size, width) = (_fast.Window.StateSize, _fast.Window.StateSize + _classes);
        var seen = new float[_trial.BatchSize * width];
        for (var n = 0; n < _trial.BatchSize; n++)
        {
            state.AsSpan(n * size, size).CopyTo(seen.AsSpan(n * width));
            seen[(n * width) + size + counts.Threes(n, step)] = 1;
        }

        return seen;
    }

    private void Judge(int place, int tick, DigitCounts counts, ClockScores scores)
    {
        for (var n = 0; n < _trial.BatchSize; n++) scores.Slow.Add(_slow.Window.Outputs(n, place), counts.Threes(n, LastStep(tick)), 1f / _trial.BatchSize, _slow.Window.OutputGradients(n, place));
    }

    private int LastStep(int tick) => ((tick + 1) * _trial.Period) - 1;

    /// <summary>How many digits of a kind there were so far.</summary>
    private sealed class DigitCounts
    {
        private readonly int _steps;
        private readonly int[] _odd, _threes;

        public DigitCounts(Dataset data, int[] indices, int steps)
        {
            _steps = steps;
            (_odd, _threes) = (new int[indices.Length], new int[indices.Length]);
            for (var i = 0; i < indices.Length; i++)
            {
                var (digit, isFirst) = (data.ReadLabel(indices[i]), i % steps == 0);
                _odd[i] = (isFirst ? 0 : _odd[i - 1]) + (digit % 2);
                _threes[i] = (isFirst ? 0 : _threes[i - 1]) + (digit == 3 ? 1 : 0);
            }
        }

        public int Odd(int sample, int step) => _odd[(sample * _steps) + step];

        public int Threes(int sample, int step) => _threes[(sample * _steps) + step];
    }
}
