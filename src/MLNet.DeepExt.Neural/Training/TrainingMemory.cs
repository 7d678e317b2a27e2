using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Refuses a training whose arrays cannot exist, before any of them is allocated: because one array does not hold as much, or because the
/// process may not use as much memory.
/// </summary>
internal static class TrainingMemory
{
    /// <summary>Checks what every parameter needs: its weight, the best so far, the optimizer's state and the average.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="available">Bytes that the process may use.</param>
    /// <exception cref="InvalidOperationException">The network is too large.</exception>
    public static void RequireParameters(NetworkSpec spec, TrainingOptions options, long available)
    {
        long length = spec.Compile<float>(out _).ParameterLength;
        int states = options.Optimizer.StatesPerParameter;
        if (length * states > AlignedMemory.MaximumLength)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The network has {spec.ParameterCount} parameters and the optimizer keeps {states} numbers for each, more than one array holds; ")
                + "use fewer inputs or units, or an optimizer that keeps fewer.");
        }

        double needed = (double)length * sizeof(float) * (2 + states + (options.WeightAveraging is null ? 0 : 1));
        if (needed > available)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The network has {spec.ParameterCount} parameters, for which training needs at least {needed / 1e9:0.0} GB of memory, but this ")
                + FormattableString.Invariant($"process may use {available / 1e9:0.0} GB; ")
                + "use fewer inputs, such as a hash of fewer bits, or fewer units.");
        }
    }

    /// <summary>Checks that the inputs, and the outputs of every layer, of a batch fit into an array.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="rows">The most rows of a batch.</param>
    /// <exception cref="ArgumentException">They do not; the parameter is the batch size.</exception>
    public static void RequireBatch(NetworkSpec spec, int rows)
    {
        RequireBatch(rows, spec.Inputs, "its inputs,");
        int width = spec.Inputs;
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            width = spec.Layers[i].OutputWidth(width);
            RequireBatch(rows, width, FormattableString.Invariant($"the outputs of layer {i}, {spec.Layers[i]},"));
        }
    }

    private static void RequireBatch(int rows, int width, string what)
    {
        if (rows * (double)Lanes.Stride(width) > AlignedMemory.MaximumLength)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A batch of {rows} rows has {rows} × {width} numbers for {what} more than one array holds; ")
                + "use a smaller BatchSize, or fewer units.",
                nameof(TrainingOptions.BatchSize));
        }
    }
}
