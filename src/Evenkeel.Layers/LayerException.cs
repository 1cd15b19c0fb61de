namespace Evenkeel.Layers;

/// <summary>A layer, an initialiser or a model configuration that cannot be.</summary>
public sealed class LayerException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    public LayerException(string code, string message)
        : base(code, message)
    {
    }

    /// <summary>Creates the error with what caused it.</summary>
    public LayerException(string code, string message, Exception inner)
        : base(code, message, inner)
    {
    }
}
