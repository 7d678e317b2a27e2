using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace Extending;

/// <summary>The mean of log cosh(z - t) over the outputs: like half the square of small errors, and the absolute value of large ones.</summary>
public sealed record LogCosh : Loss
{
    public override void Validate(int outputs)
    {
        // There is nothing to set.
    }

    public override string? FaultOfClass(int outputs, int label) => "LogCosh compares numbers; give numbers as the target";

    public override string? FaultOfWidth(int outputs, int width) =>
        width == outputs ? null : $"the network has {outputs} outputs; they must be equal";

    public override string? FaultOfValue(double value) => double.IsFinite(value) ? null : "it must be finite";

    // What an output has to be where every row gets the same one.
    public override double LogitOf(double mean, int target) => mean;

    // For ONNX: the outputs are the logits. Without this method the export is refused, by the name of the loss.
    public override string Emit(IOperatorGraph graph, string logits, int width) => logits;

    protected override void Compute<T>(in LossLines<T> lines)
    {
        for (int line = lines.From; line < lines.To; line++)
        {
            ReadOnlySpan<T> z = lines.LogitsOf(line), t = lines.ValuesOf(line);
            Span<T> gradient = lines.GradientOf(line);
            double cost = 0, scale = lines.ScaleOf(line, parts: z.Length);
            for (int j = 0; j < z.Length; j++)
            {
                // log cosh d = |d| + log((1 + e^-2|d|) / 2), which does not overflow.
                double d = double.CreateTruncating(z[j] - t[j]);
                cost += Math.Abs(d) + Math.Log((1 + Math.Exp(-2 * Math.Abs(d))) / 2);
                if (lines.WantsGradient)
                    gradient[j] = T.CreateTruncating(scale * Math.Tanh(d));
            }

            lines.SetCost(line, cost / z.Length);
        }
    }

    protected override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width) => logits.CopyTo(outputs);
}
