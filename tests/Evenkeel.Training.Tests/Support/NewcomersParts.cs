using OwnParts;

namespace Evenkeel.Training.Tests.Support;

/// <summary>The parts of the newcomer's guide in the tables of this process; a name can be taken only once, so all tests register here.</summary>
internal static class NewcomersParts
{
    private static readonly Lazy<bool> Registered = new(static () =>
    {
        Parts.Register();
        return true;
    });

    /// <summary>Registers them with the first call; safe from any thread.</summary>
    public static void Register() => _ = Registered.Value;
}
