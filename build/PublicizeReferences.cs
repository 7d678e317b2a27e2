// An inline MSBuild task, compiled when a project that imports Publicize.targets is built. It targets netstandard2.0 and
// uses nothing but MSBuild's own assemblies; numbers of tables and columns are those of ECMA-335, partition II, 22-24.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Writes copies of the named references in which internal members are public.</summary>
public sealed class PublicizeReferences : Task
{
    public ITaskItem[] References { get; set; }

    public ITaskItem[] AssemblyNames { get; set; }

    public string OutputDirectory { get; set; }

    [Output]
    public ITaskItem[] Replaced { get; set; }

    [Output]
    public ITaskItem[] Replacements { get; set; }

    public override bool Execute()
    {
        var missing = new HashSet<string>(AssemblyNames.Select(name => name.ItemSpec), StringComparer.OrdinalIgnoreCase);
        var replaced = new List<ITaskItem>();
        var replacements = new List<ITaskItem>();
        Directory.CreateDirectory(OutputDirectory);

        foreach (ITaskItem reference in References)
        {
            string name = Path.GetFileNameWithoutExtension(reference.ItemSpec);
            if (!missing.Remove(name))
                continue;

            string copy = Path.Combine(OutputDirectory, name + ".dll");
            if (!IsUpToDate(copy, reference.ItemSpec))
            {
                byte[] image = File.ReadAllBytes(reference.ItemSpec);
                new AssemblyImage(image).MakeInternalsPublic();
                File.WriteAllBytes(copy, image);
            }

            var replacement = new TaskItem(copy);
            reference.CopyMetadataTo(replacement);
            replacement.SetMetadata("CopyLocal", "false");
            replaced.Add(reference);
            replacements.Add(replacement);
        }

        foreach (string name in missing)
            Log.LogError("PublicizeAssembly names '{0}', which is not among the references of this project.", name);

        Replaced = replaced.ToArray();
        Replacements = replacements.ToArray();
        return !Log.HasLoggedErrors;
    }

    // Flipping bits keeps the length; another version of the package has another one, or a later date.
    private static bool IsUpToDate(string copy, string original)
    {
        return File.Exists(copy)
            && File.GetLastWriteTimeUtc(copy) >= File.GetLastWriteTimeUtc(original)
            && new FileInfo(copy).Length == new FileInfo(original).Length;
    }
}

/// <summary>A managed assembly in memory, whose visibility flags can be changed in place.</summary>
internal sealed class AssemblyImage
{
    private const int ModuleTable = 0x00, TypeRefTable = 0x01, TypeDefTable = 0x02, FieldPointerTable = 0x03, FieldTable = 0x04,
        MethodPointerTable = 0x05, MethodTable = 0x06, ParameterTable = 0x08, ModuleRefTable = 0x1a, TypeSpecTable = 0x1b,
        AssemblyRefTable = 0x23;

    private readonly byte[] _bytes;
    private readonly int[] _rowCounts = new int[64];
    private readonly int _stringHeap;
    private readonly int _stringIndexSize;
    private readonly int _typeDefStart, _typeDefSize, _extendsSize;
    private readonly int _fieldStart, _fieldSize;
    private readonly int _methodStart, _methodSize;

    public AssemblyImage(byte[] bytes)
    {
        _bytes = bytes;
        int metadata = FindMetadata();
        int tables = FindStreams(metadata, out _stringHeap);

        int heapSizes = bytes[tables + 6];
        _stringIndexSize = (heapSizes & 1) != 0 ? 4 : 2;
        int guidIndexSize = (heapSizes & 2) != 0 ? 4 : 2;
        int blobIndexSize = (heapSizes & 4) != 0 ? 4 : 2;

        long presentTables = BitConverter.ToInt64(bytes, tables + 8);
        int position = tables + 24;
        for (int table = 0; table < 64; table++)
        {
            if ((presentTables >> table & 1) == 0)
                continue;
            _rowCounts[table] = BitConverter.ToInt32(bytes, position);
            position += 4;
        }

        int moduleSize = 2 + _stringIndexSize + 3 * guidIndexSize;
        int typeRefSize = CodedIndexSize(2, ModuleTable, ModuleRefTable, AssemblyRefTable, TypeRefTable) + 2 * _stringIndexSize;
        _extendsSize = CodedIndexSize(2, TypeDefTable, TypeRefTable, TypeSpecTable);
        _typeDefSize = 4 + 2 * _stringIndexSize + _extendsSize + IndexSize(FieldTable) + IndexSize(MethodTable);
        _fieldSize = 2 + _stringIndexSize + blobIndexSize;
        _methodSize = 8 + _stringIndexSize + blobIndexSize + IndexSize(ParameterTable);

        _typeDefStart = position + _rowCounts[ModuleTable] * moduleSize + _rowCounts[TypeRefTable] * typeRefSize;
        _fieldStart = _typeDefStart + _rowCounts[TypeDefTable] * _typeDefSize
            + _rowCounts[FieldPointerTable] * IndexSize(FieldTable);
        _methodStart = _fieldStart + _rowCounts[FieldTable] * _fieldSize
            + _rowCounts[MethodPointerTable] * IndexSize(MethodTable);
    }

    /// <summary>internal becomes public, private protected becomes protected; private stays private.</summary>
    public void MakeInternalsPublic()
    {
        for (int type = 0; type < _rowCounts[TypeDefTable]; type++)
        {
            int row = _typeDefStart + type * _typeDefSize;
            if (IsCompilerHelper(row))
                continue;

            _bytes[row] = WithTypeVisibility(_bytes[row]);
            int fields = 4 + 2 * _stringIndexSize + _extendsSize;
            int methods = fields + IndexSize(FieldTable);
            ForEachMember(type, fields, FieldTable, member => Widen(_fieldStart + member * _fieldSize));
            ForEachMember(type, methods, MethodTable, member => Widen(_methodStart + member * _methodSize + 6));
        }
    }

    // Attributes that compilers embed in every assembly would clash with those of the other references.
    private bool IsCompilerHelper(int typeDefRow)
    {
        string name = ReadString(typeDefRow + 4);
        string space = ReadString(typeDefRow + 4 + _stringIndexSize);
        return name.Contains("<") || space.StartsWith("System", StringComparison.Ordinal) || space == "Microsoft.CodeAnalysis";
    }

    private static byte WithTypeVisibility(byte flags)
    {
        int visibility = flags & 7;
        switch (visibility)
        {
            case 0: visibility = 1; break; // NotPublic -> Public
            case 5: // NestedAssembly -> NestedPublic
            case 7: visibility = 2; break; // NestedFamORAssem -> NestedPublic
            case 6: visibility = 4; break; // NestedFamANDAssem -> NestedFamily
        }

        return (byte)(flags & ~7 | visibility);
    }

    // Fields and methods share the values of the low three bits.
    private void Widen(int flags)
    {
        int access = _bytes[flags] & 7;
        if (access == 3)
            access = 6; // Assembly -> Public
        else if (access == 2)
            access = 4; // FamANDAssem -> Family
        _bytes[flags] = (byte)(_bytes[flags] & ~7 | access);
    }

    // A type's members run from its own first member to the first one of the next type.
    private void ForEachMember(int type, int listColumn, int memberTable, Action<int> action)
    {
        int row = _typeDefStart + type * _typeDefSize + listColumn;
        int first = ReadIndex(row, IndexSize(memberTable)) - 1;
        int end = type + 1 < _rowCounts[TypeDefTable]
            ? ReadIndex(row + _typeDefSize, IndexSize(memberTable)) - 1
            : _rowCounts[memberTable];
        for (int member = first; member < end; member++)
            action(member);
    }

    private int FindMetadata()
    {
        int coffHeader = BitConverter.ToInt32(_bytes, 0x3c) + 4;
        int optionalHeader = coffHeader + 20;
        bool is64Bit = BitConverter.ToUInt16(_bytes, optionalHeader) == 0x20b;
        int dataDirectories = optionalHeader + (is64Bit ? 112 : 96);
        int clrHeader = FileOffset(BitConverter.ToInt32(_bytes, dataDirectories + 14 * 8), coffHeader);
        return FileOffset(BitConverter.ToInt32(_bytes, clrHeader + 8), coffHeader);
    }

    private int FileOffset(int virtualAddress, int coffHeader)
    {
        int sectionCount = BitConverter.ToUInt16(_bytes, coffHeader + 2);
        int sections = coffHeader + 20 + BitConverter.ToUInt16(_bytes, coffHeader + 16);
        for (int section = sections; section < sections + 40 * sectionCount; section += 40)
        {
            int start = BitConverter.ToInt32(_bytes, section + 12);
            int size = Math.Max(BitConverter.ToInt32(_bytes, section + 8), BitConverter.ToInt32(_bytes, section + 16));
            if (virtualAddress >= start && virtualAddress < start + size)
                return virtualAddress - start + BitConverter.ToInt32(_bytes, section + 20);
        }

        throw new InvalidDataException("The image has no section for the address " + virtualAddress + ".");
    }

    private int FindStreams(int metadata, out int stringHeap)
    {
        int versionLength = BitConverter.ToInt32(_bytes, metadata + 12) + 3 & ~3;
        int position = metadata + 16 + versionLength;
        int streamCount = BitConverter.ToUInt16(_bytes, position + 2);
        position += 4;

        int tables = 0;
        stringHeap = 0;
        for (int stream = 0; stream < streamCount; stream++)
        {
            int offset = metadata + BitConverter.ToInt32(_bytes, position);
            string name = ReadAscii(position + 8);
            if (name == "#~" || name == "#-")
                tables = offset;
            else if (name == "#Strings")
                stringHeap = offset;
            position += 8 + (name.Length + 4 & ~3);
        }

        return tables;
    }

    private int IndexSize(int table)
    {
        return _rowCounts[table] > 0xffff ? 4 : 2;
    }

    private int CodedIndexSize(int tagBits, params int[] tables)
    {
        return tables.Max(table => _rowCounts[table]) >= 1 << 16 - tagBits ? 4 : 2;
    }

    private int ReadIndex(int position, int size)
    {
        return size == 4 ? BitConverter.ToInt32(_bytes, position) : BitConverter.ToUInt16(_bytes, position);
    }

    private string ReadString(int indexPosition)
    {
        return ReadAscii(_stringHeap + ReadIndex(indexPosition, _stringIndexSize));
    }

    private string ReadAscii(int start)
    {
        int end = Array.IndexOf(_bytes, (byte)0, start);
        return Encoding.UTF8.GetString(_bytes, start, end - start);
    }
}
