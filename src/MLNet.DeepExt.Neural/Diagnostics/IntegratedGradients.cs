namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// Integrated gradients: cᵢ = xᵢ·∫₀¹ ∂f(α·x)/∂xᵢ dα, the gradient along the straight line from an input of zeros to the row.
/// </summary>
/// <remarks>
/// Contributions add up to f(x) - f(0), up to the error of the numerical integration: the mean of the gradients at the midpoints of
/// equal steps. (With a <see cref="Layers.CategoryEmbedding"/>, f jumps at 0, where no category is set, and contributions add up to the difference
/// to the value just beside 0.) After NormalizeInputs an input of zeros is the average row of the training data; for pixels it is black.
/// M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks", 2017.
/// </remarks>
/// <param name="Steps">The number of points, at least 1. According to the paper 20 to 300 are sufficient; 50 is usual.</param>
public sealed record IntegratedGradients(int Steps = 50) : Attribution
{
    internal override int Points => Steps;

    internal override void Validate()
    {
        if (Steps is < 1 or > 100_000)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Steps of IntegratedGradients must be from 1 to 100000 but is {Steps}; 50 is usual."), nameof(Steps));
        }
    }

    internal override void WritePoint(int point, ReadOnlySpan<float> row, Span<float> inputs)
    {
        float alpha = (float)((point + 0.5) / Steps);
        for (int i = 0; i < row.Length; i++)
            inputs[i] = alpha * row[i];
    }
}
