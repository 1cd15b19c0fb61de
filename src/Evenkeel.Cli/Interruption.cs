using System.Runtime.InteropServices;

namespace Evenkeel.Cli;

/// <summary>Ctrl-C or SIGTERM: the first one asks for an orderly end, the second one ends the process at once.</summary>
internal sealed class Interruption
{
    private int _count;

    /// <summary>Listens while a command runs.</summary>
    /// <param name="cancellation">Cancelled by the first signal.</param>
    /// <param name="announce">Called once, with the first signal.</param>
    public IDisposable Listen(CancellationTokenSource cancellation, Action announce)
    {
        void Handle(PosixSignalContext context)
        {
            // Left alone, the second signal ends the process with the signal's own exit code.
            if (Interlocked.Increment(ref _count) > 1) return;
            context.Cancel = true;
            announce();
            cancellation.Cancel();
        }

        return new Registrations(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
    }

    private sealed class Registrations(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
