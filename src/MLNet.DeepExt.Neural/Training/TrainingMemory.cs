using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training.Updates;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Rejects a training whose arrays cannot be allocated, before the first allocation: because they exceed the maximum length of an array, or because
/// the process may not use that much memory.
/// </summary>
internal static class TrainingMemory
{
    /// <summary>Checks the memory of the parameters: weights, best weights so far, optimizer state and average.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="options">The training options.</param>
    /// <param name="available">The number of bytes that the process may use.</param>
    /// <param name="sparseRows">True if training rows are sparse.</param>
    /// <exception cref="InvalidOperationException">The network is too large.</exception>
    public static void RequireParameters(NetworkSpec spec, TrainingOptions options, long available, bool sparseRows = false)
    {
        SlotAllocator slots = spec.Program.Slots;
        long length = slots.ParameterLength;
        int states = options.Optimizer.StatesPerParameter;
        if (length * states > AlignedMemory.MaximumLength)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The network has {spec.ParameterCount} parameters and the optimizer keeps {states} numbers for each, more than one array can hold; ")
                + "use fewer inputs or units, or an optimizer that keeps fewer.");
        }

        double needed = sizeof(float) * ((double)length * (2 + states + (options.WeightAveraging is null ? 0 : 1))
            + ScratchOf(slots.Parameters.Skip(sparseRows && spec.LearnsFromSparseRows ? 1 : 0), options));
        if (needed > available)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The network has {spec.ParameterCount} parameters, for which training needs at least {needed / 1e9:0.0} GB of memory, but this ")
                + FormattableString.Invariant($"process may use {available / 1e9:0.0} GB; ")
                + "use fewer inputs, such as a hash of fewer bits, or fewer units.");
        }
    }

    // The work areas of transforms that need whole parameters: one of the largest parameters for each worker. Tables may be updated lazily.
    private static double ScratchOf(IEnumerable<Slot> slots, TrainingOptions options)
    {
        Optimizer optimizer = options.Optimizer;
        if (optimizer.Reach != TransformReach.Parameter)
            return 0;
        long[] lengths = [.. slots.Where(slot => !slot.IsTable).Select(slot => WholeUpdate.ScratchLength(optimizer, slot.Shape)).OrderDescending()];
        if (lengths.FirstOrDefault() is var most && most > AlignedMemory.MaximumLength)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The optimizer {optimizer.GetType().Name} works on {most} numbers for the largest parameter, more than one array can hold; ")
                + "use fewer inputs or units, or another optimizer.");
        }

        return lengths.Take(options.NumberOfThreads ?? 1).Sum(count => (double)count);
    }

    /// <summary>Checks that the inputs, and the outputs of every layer, of a batch fit into an array.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="rows">The maximum number of rows of a batch.</param>
    /// <exception cref="ArgumentException">They do not fit; the parameter is the batch size.</exception>
    public static void RequireBatch(NetworkSpec spec, int rows)
    {
        RequireBatch(rows, spec.Inputs, "its inputs,");
        foreach (Operation<float> operation in spec.Program.Operations)
        {
            RequireBatch(rows, operation.OutputShape, $"the outputs of layer {operation.Label},");
            int kept = operation.Layer.MemoLength(2) - operation.Layer.MemoLength(1);
            if (kept > 0)
                RequireBatch(rows, new TensorShape(kept).WithLines(operation.OutputShape.Lines), $"what layer {operation.Label}, keeps,");
        }
    }

    private static void RequireBatch(int rows, TensorShape shape, string what)
    {
        if (rows * (double)shape.Lines * Lanes.Stride(shape.Width) > AlignedMemory.MaximumLength)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A batch of {rows} rows has {rows} × {shape.Count} numbers for {what} more than one array can hold; ")
                + "use a smaller BatchSize, or fewer units.",
                nameof(TrainingOptions.BatchSize));
        }
    }
}
