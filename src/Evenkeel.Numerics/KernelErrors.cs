namespace Evenkeel.Numerics;

/// <summary>Makes the errors of activations and kernels.</summary>
internal static class KernelErrors
{
    public static EvenkeelException UnknownActivation(string name, IEnumerable<string> known) => new(
        "EK0030",
        $"[ActivationTable] there is no activation '{name}'; known are {string.Join(", ", known)}. Use one of these, or add your own with ActivationTable.Register<T>().");

    public static EvenkeelException ActivationNameTaken(string name, Type present, Type added) => new(
        "EK0031",
        $"[ActivationTable] the name '{name}' belongs to {present}, so {added} cannot have it. Give {added.Name}.Name another value.");
}
