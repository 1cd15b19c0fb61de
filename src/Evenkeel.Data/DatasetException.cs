namespace Evenkeel.Data;

/// <summary>The samples, labels or targets of a dataset are not what its shape promises; the message names the sample by index.</summary>
public sealed class DatasetException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">The stable code, EK03xx.</param>
    /// <param name="message">Where, what came, what was expected, what to do.</param>
    /// <param name="index">The sample at fault, or null where no single sample is.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public DatasetException(string code, string message, int? index = null, Exception? inner = null)
        : base(code, message, inner) => Index = index;

    /// <summary>The sample at fault, or null where no single sample is.</summary>
    public int? Index { get; }
}
