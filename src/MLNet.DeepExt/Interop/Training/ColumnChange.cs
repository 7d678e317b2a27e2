using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Training;

/// <summary>How the values of a column are changed. Immutable, and safe to use from several threads.</summary>
internal abstract class ColumnChange
{
    /// <summary>Throws where the column cannot be changed.</summary>
    public abstract void Check(IExceptionContext context, DataViewSchema.Column input);

    /// <summary>A getter of the column's values in the version that <paramref name="place"/> is at when it is called.</summary>
    public abstract Delegate CreateGetter(DataViewRow source, DataViewSchema.Column input, IVersionPlace place);
}

/// <inheritdoc/>
/// <typeparam name="T">The type of the values.</typeparam>
internal abstract class ColumnChange<T> : ColumnChange
{
    public override Delegate CreateGetter(DataViewRow source, DataViewSchema.Column input, IVersionPlace place)
    {
        ValueGetter<T> getter = source.GetGetter<T>(input);
        IRowChanger<T> changer = CreateChanger();
        T value = default!;
        ValueGetter<T> changed = (ref T output) =>
        {
            if (place.Copy == 0)
            {
                getter(ref output);
                return;
            }

            getter(ref value);
            changer.Change(place.Row, place.Copy, in value, ref output);
        };
        return changed;
    }

    private protected abstract IRowChanger<T> CreateChanger();
}
