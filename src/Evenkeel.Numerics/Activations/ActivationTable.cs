namespace Evenkeel.Numerics.Activations;

/// <summary>A piece of code that is generic over the activation; <see cref="ActivationTable.Dispatch"/> calls it by name.</summary>
/// <typeparam name="TResult">What it returns.</typeparam>
public interface IActivationFunction<out TResult>
{
    /// <summary>Runs the code for <typeparamref name="TActivation"/>.</summary>
    TResult Invoke<TActivation>()
        where TActivation : struct, IActivation;
}

/// <summary>The one table of activation names; users add their own with <see cref="Register{TActivation}"/>.</summary>
/// <remarks>A lookup happens when a plan is compiled, never in a step. All members may be called from any thread.</remarks>
public static class ActivationTable
{
    private static readonly Lock Gate = new();

    // Replaced as a whole, so readers need no lock.
    private static volatile Dictionary<string, Entry> entries = new Entry[]
    {
        New<Elu>(),
        New<Gelu>(),
        New<HardSigmoid>(),
        New<HardSwish>(),
        New<HardTanh>(),
        New<Identity>(),
        New<LeakyRelu>(),
        New<Mish>(),
        New<Relu>(),
        New<Relu6>(),
        New<Selu>(),
        New<Sigmoid>(),
        New<Silu>(),
        New<Softplus>(),
        New<Softsign>(),
        New<Tanh>(),
    }.ToDictionary(static entry => entry.Name, StringComparer.Ordinal);

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> Names => [.. entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether <paramref name="name"/> is in the table; upper and lower case differ.</summary>
    public static bool Contains(string name) => entries.ContainsKey(name);

    /// <summary>Adds an activation under its <see cref="IActivation.Name"/>; adding the same type again changes nothing.</summary>
    /// <exception cref="EvenkeelException">EK0031: another type has the name.</exception>
    public static void Register<TActivation>()
        where TActivation : struct, IActivation
    {
        lock (Gate)
        {
            if (entries.TryGetValue(TActivation.Name, out var present))
            {
                if (present is Entry<TActivation>) return;
                throw KernelErrors.ActivationNameTaken(TActivation.Name, present.Type, typeof(TActivation));
            }

            entries = new Dictionary<string, Entry>(entries, StringComparer.Ordinal) { [TActivation.Name] = New<TActivation>() };
        }
    }

    /// <summary>Runs <paramref name="function"/> with the activation called <paramref name="name"/>.</summary>
    /// <exception cref="EvenkeelException">EK0030: no activation has the name.</exception>
    public static TResult Dispatch<TFunction, TResult>(string name, TFunction function)
        where TFunction : IActivationFunction<TResult> =>
        entries.TryGetValue(name, out var entry)
            ? entry.Invoke<TFunction, TResult>(function)
            : throw KernelErrors.UnknownActivation(name, Names);

    private static Entry<TActivation> New<TActivation>()
        where TActivation : struct, IActivation => new();

    private abstract class Entry
    {
        public abstract string Name { get; }

        public abstract Type Type { get; }

        public abstract TResult Invoke<TFunction, TResult>(TFunction function)
            where TFunction : IActivationFunction<TResult>;
    }

    private sealed class Entry<TActivation> : Entry
        where TActivation : struct, IActivation
    {
        public override string Name => TActivation.Name;

        public override Type Type => typeof(TActivation);

        public override TResult Invoke<TFunction, TResult>(TFunction function) => function.Invoke<TActivation>();
    }
}
