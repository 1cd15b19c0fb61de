using Evenkeel.Engine;

namespace Evenkeel.Lab.Trials;

/// <summary>How a recurrence learns window by window.</summary>
/// <param name="Synthetic">Whether the gradient behind a window's end is predicted; else it is zero.</param>
/// <param name="Share">What a predicted gradient is multiplied by where it is used.</param>
/// <param name="Rate">The rate of Adam, for network and module.</param>
internal readonly record struct WindowRule(bool Synthetic, float Share, float Rate)
{
    /// <summary>Whether the first state of a window learns to expect what the module says at its end; only where gradients are predicted. Default no.</summary>
    public bool Auxiliary { get; init; }
}

/// <summary>A recurrence that learns in every window: truncated backpropagation through time, with or without a predicted gradient for the state in which a window ends.</summary>
/// <remarks>
/// What backpropagation gives for the first state of a window is what the module should have said at the end of the window before (Jaderberg et al. 2016, section 2.1).
/// The auxiliary task of that section: the state behind a window's first step says which synthetic gradient it expects T steps later, e, and half of |e - M(h)|^2 joins the loss with weight 1 (the paper gives none). Its gradient reaches the state in which the window began, and so the module's truth of the window before.
/// </remarks>
internal sealed class WindowLearner : IDisposable
{
    private readonly WindowRule _rule;
    private readonly GradientModule? _module;
    private readonly float[] _behind;
    private readonly int _batchSize;

    /// <param name="name">What its parameters are called by.</param>
    /// <param name="sizes">The sizes of a window.</param>
    /// <param name="rule">How it learns.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <param name="options">Capacity, threads.</param>
    public WindowLearner(string name, WindowSizes sizes, WindowRule rule, ulong seed, PlanOptions options)
    {
        _rule = rule;
        Window = new RecurrentWindow(name, sizes with { Auxiliary = rule is { Synthetic: true, Auxiliary: true } }, seed, options);
        _batchSize = sizes.BatchSize;
        _module = rule.Synthetic ? new GradientModule(Window.StateSize, Window.StateSize, sizes.Units, sizes.BatchSize, seed, options) : null;
        _behind = Window.NoState();
        Begin();
    }

    /// <summary>The network.</summary>
    public RecurrentWindow Window { get; }

    /// <summary>Where the sequences are: the state, and whether nothing came before it. Set it to go on from there.</summary>
    public (float[] Values, bool IsFirst) State { get; set; }

    /// <summary>Updates that were left out because something was not finite.</summary>
    public int Refused { get; private set; }

    /// <summary>Of predicted gradients and what they should have been, over the last windows; 0 without a module.</summary>
    public double Cosine => _module?.Cosine ?? 0;

    /// <summary>Begins new sequences.</summary>
    public void Begin() => State = (Window.NoState(), true);

    /// <summary>Runs a window from where the last one ended; write its inputs before, and the gradients of its outputs behind.</summary>
    public void Forward() => Window.Forward(State.Values);

    /// <summary>Goes on without learning.</summary>
    public void Pass() => State = (Window.EndState(), false);

    /// <summary>Learns from the window and goes on.</summary>
    /// <param name="isLast">Whether the sequences end here: nothing behind has a gradient.</param>
    public void Learn(bool isLast)
    {
        var end = Window.EndState();
        Array.Clear(_behind);
        if (!isLast && _module is not null)
        {
            _module.Predict(end, _rule.Share, _behind);
            Expect(_module.Said);
        }

        Window.HandEnd(_behind);
        if (!Window.Learn(_rule.Rate)) Refused++;
        if (_module is not null && !State.IsFirst && !_module.Learn(State.Values, Window.BeginGradient(), _rule.Rate)) Refused++;
        State = (end, false);
    }

    /// <summary>Leaves the auxiliary loss's gradient where the backward pass begins; nothing without that task.</summary>
    private void Expect(ReadOnlySpan<float> said)
    {
        for (var n = 0; n < _batchSize; n++)
        {
            var expected = Window.Expected(n);
            var gradients = Window.ExpectedGradients(n);
            for (var i = 0; i < expected.Length; i++) gradients[i] = (expected[i] - said[(n * expected.Length) + i]) / _batchSize;
        }
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose()
    {
        Window.Dispose();
        _module?.Dispose();
    }
}
