using Xunit.Sdk;

namespace Evenkeel.House.Tests;

/// <summary>Assertions that name every breach, not only the first few.</summary>
internal static class Expect
{
    public static void None(IEnumerable<string?> breaches, string law)
    {
        var all = breaches.ToArray();
        if (all.Length > 0) throw new XunitException($"{law}\n  {string.Join("\n  ", all)}");
    }
}
