using Microsoft.ML.Data;

namespace Normalizing;

/// <summary>A loan where the network is at home.</summary>
internal sealed class Normalized
{
    [VectorType(4)]
    public float[] Features { get; set; } = new float[4];
}
