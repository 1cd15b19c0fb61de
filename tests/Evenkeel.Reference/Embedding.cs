namespace Evenkeel.Reference;

/// <summary>Rows of a table by number: <c>y[i] = W[id[i]]</c>; the number of padding reads zeros, and its row gets no gradient.</summary>
public static class Embedding
{
    /// <summary>y `[ids, units]`.</summary>
    public static double[] Forward(double[] ids, double[] table, int units, int padding)
    {
        double[] y = new double[ids.Length * units];
        for (int i = 0; i < ids.Length; i++)
            for (int c = 0; c < units; c++)
                y[i * units + c] = (int)ids[i] == padding ? 0 : table[(int)ids[i] * units + c];
        return y;
    }

    /// <summary>dW: every row adds up the cotangents of the places that read it.</summary>
    public static double[] Backward(double[] dy, double[] ids, int rows, int units, int padding)
    {
        double[] table = new double[rows * units];
        for (int i = 0; i < ids.Length; i++)
            for (int c = 0; c < units; c++)
                if ((int)ids[i] != padding) table[(int)ids[i] * units + c] += dy[i * units + c];
        return table;
    }
}
