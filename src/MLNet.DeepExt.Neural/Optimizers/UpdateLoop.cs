using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>The loop of all elementwise transforms.</summary>
internal static class UpdateLoop
{
    /// <summary>Changes a gradient and the state in place.</summary>
    /// <param name="op">The operation on each element.</param>
    /// <param name="gradient">(n).</param>
    /// <param name="parameters">(n); not read if the operator does not read them.</param>
    /// <param name="state">(states, n).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T, TOperator>(TOperator op, Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IUpdateOperator<T>
    {
        int lanes = Vector256<T>.Count;
        int whole = gradient.Length & -lanes;
        Span<T> firstState = TOperator.States > 0 ? state[0][..gradient.Length] : default;
        Span<T> secondState = TOperator.States > 1 ? state[1][..gradient.Length] : default;
        ref T g = ref MemoryMarshal.GetReference(gradient);
        ref T p = ref MemoryMarshal.GetReference(TOperator.ReadsParameters ? parameters[..gradient.Length] : default);
        ref T v = ref MemoryMarshal.GetReference(firstState);
        ref T s = ref MemoryMarshal.GetReference(secondState);
        for (nuint i = 0; i < (nuint)whole; i += (nuint)lanes)
        {
            Vector256<T> parameter = TOperator.ReadsParameters ? Vector256.LoadUnsafe(ref p, i) : default;
            Vector256<T> first = TOperator.States > 0 ? Vector256.LoadUnsafe(ref v, i) : default;
            Vector256<T> second = TOperator.States > 1 ? Vector256.LoadUnsafe(ref s, i) : default;
            op.Apply(Vector256.LoadUnsafe(ref g, i), parameter, ref first, ref second).StoreUnsafe(ref g, i);
            if (TOperator.States > 0)
                first.StoreUnsafe(ref v, i);
            if (TOperator.States > 1)
                second.StoreUnsafe(ref s, i);
        }

        if (whole < gradient.Length)
            RunTail(op, gradient[whole..], TOperator.ReadsParameters ? parameters[whole..] : default, firstState, secondState, whole);
    }

    // The remaining elements, fewer than a vector.
    private static void RunTail<T, TOperator>(
        TOperator op, Span<T> gradient, ReadOnlySpan<T> parameters, Span<T> firstState, Span<T> secondState, int from)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IUpdateOperator<T>
    {
        firstState = firstState.IsEmpty ? default : firstState[from..];
        secondState = secondState.IsEmpty ? default : secondState[from..];
        Vector256<T> first = Load<T>(firstState), second = Load<T>(secondState);
        Vector256<T> changed = op.Apply(Load<T>(gradient), Load(parameters), ref first, ref second);
        Store(changed, gradient);
        Store(first, firstState);
        Store(second, secondState);
    }

    private static Vector256<T> Load<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Span<T> lanes = stackalloc T[Vector256<T>.Count];
        lanes.Clear();
        values[..Math.Min(values.Length, lanes.Length)].CopyTo(lanes);
        return Vector256.Create<T>(lanes);
    }

    private static void Store<T>(Vector256<T> vector, Span<T> values)
        where T : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = vector[i];
    }
}
